/** Questions with right answers: multiple choice by likelihood, and exact match by generation. */
@NullMarked
package io.github.puzzle4j.scoring.task;

import org.jspecify.annotations.NullMarked;

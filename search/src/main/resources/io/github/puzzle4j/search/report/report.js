// Lets each captioned table be copied as tab-separated text, for a spreadsheet or a paper.
for (const table of document.querySelectorAll("table")) {
  if (!table.caption || !navigator.clipboard) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "copy";
  button.addEventListener("click", async () => {
    const rows = [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent).join("\t"));
    await navigator.clipboard.writeText(rows.join("\n"));
    button.textContent = "copied";
    setTimeout(() => (button.textContent = "copy"), 1500);
  });
  table.caption.append(button);
}

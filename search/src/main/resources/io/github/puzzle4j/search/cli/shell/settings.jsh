/set mode tables normal -quiet
/set truncation tables 1000000
/set format tables result "{name} ==>%n{value}{post}" added,modified,replaced-ok-primary
/set mode tables -retain
/set feedback -retain tables
/exit

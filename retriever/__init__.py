"""From a question to ranked passages with a calibrated confidence, and to what is answered."""

"""Lists of leads: searched, filtered, saved, taken out."""

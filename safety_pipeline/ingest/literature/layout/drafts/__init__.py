"""What was understood, as a page to look at and as a draft of `document.yaml` to correct."""

"""Where sources are received: deliveries, their identity and their drafts."""

"""How the risk changes over doses."""

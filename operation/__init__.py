"""What operators ask: does it live, how does it fare, keep a copy, bring it back."""

"""The doors to what pays members."""

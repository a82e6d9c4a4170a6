"""chipwire follows the companies behind AI chips: feeds in, tagged stories out."""

__version__ = "0.1.0"

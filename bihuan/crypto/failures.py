"""What can go wrong with keys and ciphertext. None of it is a person's mistake, so none is a Refusal."""


class CryptoFailure(Exception):
    """Base of the failures; never carries key material or clear text."""


class KeyMissing(CryptoFailure):
    """The key that is asked for is not in the keyring, or there is no keyring."""


class KeysRefused(CryptoFailure):
    """The keyring is malformed, lies open to other users, or must not be changed that way."""


class Undecipherable(CryptoFailure):
    """Ciphertext that was altered, moved to another field, cut off, or sealed by another key of the same id."""

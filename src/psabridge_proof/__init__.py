"""The whole bridge beside the emulated vendors in one process: for proof, never for production."""

"""Power cuts: what may be left on a disk whose unsynced writes are lost, kept or torn, and what must be there still (停電試験; P13)."""

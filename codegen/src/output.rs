//! Generated files and folders: compares the two, or makes the folder equal.

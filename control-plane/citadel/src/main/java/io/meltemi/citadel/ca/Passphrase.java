package io.meltemi.citadel.ca;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What root keys are encrypted with on disk. Immutable; never shown.
public final class Passphrase {
    private static final int MIN_CHARS = 8;
    private static final int MAX_CHARS = 1024;

    private final char[] characters;

    private Passphrase(char[] characters) {
        this.characters = characters;
    }

    /// The first line of a file.
    ///
    /// @throws IOException when there is no such file, or the line has fewer than 8 or more than
    ///   1024 characters
    public static Passphrase read(Path file) throws IOException {
        try (var lines = Files.newBufferedReader(file)) {
            char[] buffer = new char[MAX_CHARS + 2];
            int read = Math.max(0, lines.read(buffer));
            String line = new String(buffer, 0, read).lines().findFirst().orElse("");
            if (line.length() < MIN_CHARS || line.length() > MAX_CHARS) {
                throw new IOException(
                        "the passphrase in "
                                + file
                                + " must have "
                                + MIN_CHARS
                                + " to "
                                + MAX_CHARS
                                + " characters in its first line");
            }
            return new Passphrase(line.toCharArray());
        }
    }

    char[] characters() {
        return characters.clone();
    }

    @Override
    public String toString() {
        return "Passphrase(...)";
    }
}

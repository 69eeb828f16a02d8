package io.meltemi.galley.source;

import io.meltemi.galley.source.DocumentSet.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Texts of files that were read before, by what the file system says of each file. Confined to the
/// thread that reads the folder.
final class FileTexts {
    /// Clocks of file systems tick in steps: a file can be written twice with one time. What was
    /// written a moment before it was read is read again next time.
    private static final Duration FRESH = Duration.ofSeconds(1);

    private Map<Path, Kept> before = new HashMap<>();
    private Map<Path, Kept> now = new HashMap<>();

    private record Kept(Stamp stamp, Instant read, Optional<Text> text) {
        boolean isGood(Stamp seen) {
            return stamp.equals(seen) && stamp.modified().plus(FRESH).isBefore(read);
        }
    }

    /// What changes when a file is written or replaced.
    private record Stamp(long bytes, Instant modified, @Nullable Object identity) {}

    /// Begins a reading: what is not asked for until the next one is forgotten.
    void begin() {
        before = now;
        now = new HashMap<>();
    }

    /// The text as it was read before, else as it is read now.
    ///
    /// @param read called for a file that changed; nothing where it cannot be read, which is tried
    ///   again each time
    Optional<Text> text(Path file, Function<Path, Optional<Text>> read) {
        Optional<Stamp> stamp = stamp(file);
        Kept known = before.get(file);
        if (known != null && stamp.filter(known::isGood).isPresent()) {
            now.put(file, known);
            return known.text();
        }
        Instant at = Instant.now();
        Optional<Text> text = read.apply(file);
        if (stamp.isPresent() && text.isPresent()) {
            now.put(file, new Kept(stamp.get(), at, text));
        }
        return text;
    }

    /// The same for one file between two readings.
    Optional<Text> again(Path file, Function<Path, Optional<Text>> read) {
        Kept known = now.remove(file);
        if (known != null) {
            before.put(file, known);
        } else {
            before.remove(file);
        }
        return text(file, read);
    }

    /// The file is gone.
    void forget(Path file) {
        now.remove(file);
    }

    private static Optional<Stamp> stamp(Path file) {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new Stamp(seen.size(), seen.lastModifiedTime().toInstant(), seen.fileKey()));
        } catch (IOException _) {
            // Reading it will say why.
            return Optional.empty();
        }
    }
}

package io.meltemi.proxy.overload.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// `envoy.resource_monitors.injected_resource`: the pressure is the number in a file, for tests.
/// Confined to the thread that asks.
///
/// Envoy reads the file again when another one is moved over it; here writing into it counts too.
public final class InjectedResource implements ResourceMonitor {
    private static final int MOST_BYTES = 64;

    private final Path file;
    private @Nullable Version read;
    private @Nullable String problem;
    private double pressure;

    /// Which file was there, and as of when.
    private record Version(@Nullable Object key, FileTime modified) {}

    public InjectedResource(Path file) {
        this.file = file;
    }

    @Override
    public double pressure() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Version there = new Version(attributes.fileKey(), attributes.lastModifiedTime());
        if (!there.equals(read)) {
            problem = take();
            read = there;
        }
        if (problem != null) {
            throw new IOException(file + ": " + problem);
        }
        return pressure;
    }

    /// What is wrong with the number, or null.
    private @Nullable String take() throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            return "is longer than a number";
        }
        String text = Files.readString(file).strip();
        double found;
        try {
            found = Double.parseDouble(text);
        } catch (NumberFormatException _) {
            return "'" + text + "' is no number";
        }
        if (!(found >= 0 && found <= 1)) {
            return text + " is not between 0 and 1";
        }
        pressure = found;
        return null;
    }
}

package io.meltemi.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/// The folder with the mesh's YAML: the sample itself for people to edit, a copy for checks.
/// Confined to its owner.
///
/// @param temporary deleted at the end
public record MeshFolder(Path path, boolean temporary) implements AutoCloseable {
    /// @param copy checks break and mend files; the sample stays as it is
    /// @param run holds the copy: what a killed demo leaves there, the next start removes
    public static MeshFolder of(Install install, boolean copy, Path run) throws IOException {
        if (!copy) {
            return new MeshFolder(install.shopMesh(), false);
        }
        Path folder = Files.createDirectory(run.resolve("mesh"));
        try (var files = Files.list(install.shopMesh())) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName().toString()));
            }
        }
        return new MeshFolder(folder, true);
    }

    /// Where what people apply is kept: with the sample, from demo to demo; with a copy, as long as
    /// it.
    ///
    /// @param state what outlives a demo
    public Path store(Path state) {
        // Folders whose names begin with a dot hold no configuration.
        return temporary ? path.resolve(".store") : state.resolve("config");
    }

    /// Replaces or adds a file as a whole, as editors do.
    public void write(String name, String text) throws IOException {
        Path part = path.resolve("." + name + ".part");
        Files.writeString(part, text);
        Files.move(part, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    public String read(String name) throws IOException {
        return Files.readString(path.resolve(name));
    }

    public void delete(String name) throws IOException {
        Files.deleteIfExists(path.resolve(name));
    }

    @Override
    public void close() throws IOException {
        if (temporary && Files.isDirectory(path)) {
            Files.walkFileTree(path, new Deletion());
        }
    }

    /// Deletes files before their folder.
    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(
                Path folder, @org.jspecify.annotations.Nullable IOException failure)
                throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}

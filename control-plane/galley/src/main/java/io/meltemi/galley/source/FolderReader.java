package io.meltemi.galley.source;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.model.diagnostic.Diagnostic;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads every YAML and JSON file below some folders, in the order of their names. Immutable.
public final class FolderReader {
    static final int MOST_FILES = 10_000;
    static final int DEEPEST_FOLDER = 32;

    private FolderReader() {}

    /// @param paths folders, or single files
    public static DocumentSet read(List<Path> paths) {
        return read(paths, new FileTexts());
    }

    /// @param known what was read before
    static DocumentSet read(List<Path> paths, FileTexts known) {
        return read(paths, known, new ArrayList<>());
    }

    /// @param found takes the texts by their files, for each path
    static DocumentSet read(
            List<Path> paths, FileTexts known, List<NavigableMap<Path, Text>> found) {
        List<Text> texts = new ArrayList<>();
        List<Diagnostic> problems = new ArrayList<>();
        known.begin();
        for (Path path : paths) {
            NavigableMap<Path, Text> ofPath = new TreeMap<>();
            found.add(ofPath);
            for (Path file : files(path, problems)) {
                if (texts.size() == MOST_FILES) {
                    problems.add(
                            problem(Code.TOO_LARGE, path, "more than " + MOST_FILES + " files"));
                    return new DocumentSet(texts, problems);
                }
                known.text(file, f -> text(f, problems))
                        .ifPresent(text -> {
                            texts.add(text);
                            ofPath.put(file, text);
                        });
            }
        }
        return new DocumentSet(texts, problems);
    }

    private static List<Path> files(Path path, List<Diagnostic> problems) {
        if (!Files.exists(path)) {
            problems.add(problem(Code.UNREADABLE, path, "no such file or folder"));
            return List.of();
        }
        try (Stream<Path> found = Files.walk(path, DEEPEST_FOLDER, FileVisitOption.FOLLOW_LINKS)) {
            return found.filter(file -> file.equals(path) || isConfiguration(file, path))
                    .filter(file -> !Files.isDirectory(file))
                    .sorted()
                    .limit(MOST_FILES + 1L)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            problems.add(problem(Code.UNREADABLE, path, "cannot be read: " + e.getMessage()));
            return List.of();
        }
    }

    /// Names that begin with a dot are editors' and volumes' own.
    static boolean isHidden(Path file, Path root) {
        for (Path part : root.relativize(file)) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    static boolean isConfiguration(Path file, Path root) {
        if (isHidden(file, root)) {
            return false;
        }
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    static Optional<Text> text(Path file, List<Diagnostic> problems) {
        try (InputStream in = Files.newInputStream(file)) {
            return BoundedText.read(in, file.toString(), problems);
        } catch (NoSuchFileException _) {
            // Deleted since the folder was listed, or a link to nothing.
            if (Files.isSymbolicLink(file)) {
                problems.add(problem(Code.UNREADABLE, file, "the link leads nowhere"));
            }
        } catch (AccessDeniedException _) {
            problems.add(problem(Code.UNREADABLE, file, "cannot be read: permission denied"));
        } catch (IOException e) {
            problems.add(problem(Code.UNREADABLE, file, "cannot be read: " + e.getMessage()));
        }
        return Optional.empty();
    }

    private static Diagnostic problem(Code code, Path path, String message) {
        return BoundedText.problem(code, path.toString(), message);
    }
}

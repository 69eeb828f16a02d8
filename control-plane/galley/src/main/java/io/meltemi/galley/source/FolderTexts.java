package io.meltemi.galley.source;

import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.model.diagnostic.Diagnostic;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/// What some folders hold, as it was read last: what changed is read again, and nothing else is
/// looked at. Confined to the thread that reads.
final class FolderTexts {
    private final List<Path> folders;
    private final FileTexts files = new FileTexts();
    private List<NavigableMap<Path, Text>> texts = List.of();
    private DocumentSet last = DocumentSet.EMPTY;

    FolderTexts(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /// Looks at every file.
    DocumentSet readAll() {
        List<NavigableMap<Path, Text>> found = new ArrayList<>();
        last = FolderReader.read(folders, files, found);
        texts = found;
        return last;
    }

    /// Looks at what was heard of. Links, folders and whatever had a problem lead to looking at
    /// every file.
    DocumentSet read(Heard heard) {
        return switch (heard) {
            case Heard.Everything _ -> readAll();
            case Heard.Of(var paths) -> {
                boolean isRead = last.problems().isEmpty();
                boolean isAnother = false;
                for (Path path : paths) {
                    Outcome outcome = isRead ? read(path) : Outcome.UNCLEAR;
                    isRead &= outcome != Outcome.UNCLEAR;
                    isAnother |= outcome == Outcome.READ;
                }
                if (paths.isEmpty() || (isRead && !isAnother)) {
                    yield last;
                }
                yield isRead ? together() : readAll();
            }
        };
    }

    private enum Outcome {
        READ,
        /// It is no configuration.
        IGNORED,
        UNCLEAR
    }

    private Outcome read(Path path) {
        List<Integer> roots = roots(path);
        if (roots.size() != 1) {
            return Outcome.UNCLEAR;
        }
        Path root = folders.get(roots.getFirst());
        if (!FolderReader.isConfiguration(path, root)) {
            // Volumes of Kubernetes switch all their files by a link with a hidden name.
            boolean isPlain =
                    Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            || (FolderReader.isHidden(path, root)
                                    && Files.notExists(path, LinkOption.NOFOLLOW_LINKS));
            return isPlain ? Outcome.IGNORED : Outcome.UNCLEAR;
        }
        Map<Path, Text> known = texts.get(roots.getFirst());
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            files.forget(path);
            return known.remove(path) == null ? Outcome.UNCLEAR : Outcome.READ;
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Outcome.UNCLEAR;
        }
        List<Diagnostic> problems = new ArrayList<>();
        Optional<Text> text = files.again(path, file -> FolderReader.text(file, problems));
        if (text.isEmpty() || !problems.isEmpty()) {
            return Outcome.UNCLEAR;
        }
        known.put(path, text.get());
        return Outcome.READ;
    }

    private List<Integer> roots(Path path) {
        List<Integer> roots = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            if (path.startsWith(folders.get(i))) {
                roots.add(i);
            }
        }
        return roots;
    }

    private DocumentSet together() {
        List<Text> all = new ArrayList<>();
        texts.forEach(ofFolder -> all.addAll(ofFolder.values()));
        last = all.size() > FolderReader.MOST_FILES ? readAll() : new DocumentSet(all, List.of());
        return last;
    }
}

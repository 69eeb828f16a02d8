package io.meltemi.galley.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTextsTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir private Path folder;
    private final FileTexts known = new FileTexts();

    @Test
    void fileThatNobodyWroteIsNotReadAgain() throws IOException {
        write("a.yaml", "a: 1", LONG_AGO);

        DocumentSet first = read();
        DocumentSet second = read();

        assertThat(second.texts().getFirst()).isSameAs(first.texts().getFirst());
    }

    @Test
    void fileOfTheSameSizeThatWasWrittenIsReadAgain() throws IOException {
        write("a.yaml", "a: 1", LONG_AGO);
        read();

        write("a.yaml", "a: 2", FileTime.from(LONG_AGO.toInstant().plusMillis(1)));

        assertThat(read().texts()).containsExactly(text("a.yaml", "a: 2"));
    }

    @Test
    void fileThatWasJustWrittenIsNotTrustedToBeTheSame() throws IOException {
        FileTime now = FileTime.from(Instant.now());
        write("a.yaml", "a: 1", now);
        read();

        write("a.yaml", "a: 2", now);

        assertThat(read().texts()).containsExactly(text("a.yaml", "a: 2"));
    }

    @Test
    void fileInThePlaceOfAnotherIsRead() throws IOException {
        write("a.yaml", "a: 1", LONG_AGO);
        read();

        write("b.new", "a: 2", LONG_AGO);
        Files.move(
                folder.resolve("b.new"),
                folder.resolve("a.yaml"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(read().texts()).containsExactly(text("a.yaml", "a: 2"));
    }

    @Test
    void deletedFileIsGone() throws IOException {
        write("a.yaml", "a: 1", LONG_AGO);
        read();

        Files.delete(folder.resolve("a.yaml"));

        assertThat(read().texts()).isEmpty();
    }

    private DocumentSet read() {
        return FolderReader.read(List.of(folder), known);
    }

    private DocumentSet.Text text(String name, String content) {
        return new DocumentSet.Text(folder.resolve(name).toString(), content);
    }

    private void write(String name, String content, FileTime at) throws IOException {
        Files.writeString(folder.resolve(name), content);
        Files.setLastModifiedTime(folder.resolve(name), at);
    }
}

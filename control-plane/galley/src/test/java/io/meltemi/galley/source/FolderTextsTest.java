package io.meltemi.galley.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is read again when the file system names something. A file that changed without being named
/// shows whether it was looked at.
final class FolderTextsTest {
    @TempDir private Path folder;
    @TempDir private Path elsewhere;

    private FolderTexts texts = new FolderTexts(List.of());

    @BeforeEach
    void thereAreTwoFiles() throws IOException {
        write("a.yaml", "a1");
        write("b.yaml", "b1");
        texts = new FolderTexts(List.of(folder));
        assertThat(contents(texts.readAll())).containsExactly("a1", "b1");
        write("b.yaml", "b2");
    }

    @Test
    void aFileThatIsNamedIsReadAndNoOther() throws IOException {
        write("a.yaml", "a2");

        assertThat(contents(read("a.yaml"))).containsExactly("a2", "b1");
    }

    @Test
    void aNewFileComesAtItsPlace() throws IOException {
        write("ab.yaml", "new");

        assertThat(contents(read("ab.yaml"))).containsExactly("a1", "new", "b1");
    }

    @Test
    void aDeletedFileIsGone() throws IOException {
        Files.delete(folder.resolve("a.yaml"));

        assertThat(contents(read("a.yaml"))).containsExactly("b1");
    }

    @Test
    void whatIsNoConfigurationLeavesAllAsItIs() throws IOException {
        write("readme.md", "text");
        write(".a.yaml.swp", "text");
        DocumentSet before = texts.read(new Heard.Of(Set.of()));

        assertThat(read("readme.md")).isSameAs(before);
        assertThat(read(".a.yaml.swp")).isSameAs(before);
        assertThat(read(".gone")).isSameAs(before);
    }

    @Test
    void everyFileIsLookedAtForALinkAndForAFolder() throws IOException {
        Files.createSymbolicLink(folder.resolve("..data"), elsewhere);
        assertThat(contents(read("..data"))).containsExactly("a1", "b2");

        write("b.yaml", "b3");
        write("sub/c.yaml", "c1");
        assertThat(contents(read("sub"))).containsExactly("a1", "b3", "c1");

        write("b.yaml", "b4");
        Files.createSymbolicLink(folder.resolve("z.yaml"), folder.resolve("a.yaml"));
        assertThat(contents(read("z.yaml"))).containsExactly("a1", "b4", "c1", "a1");
    }

    @Test
    void everyFileIsLookedAtWhileThereIsAProblem() throws IOException {
        Files.write(folder.resolve("a.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        DocumentSet broken = read("a.yaml");
        assertThat(broken.problems()).hasSize(1);
        assertThat(contents(broken)).containsExactly("b2");

        write("b.yaml", "b3");
        write("a.yaml", "a2");
        assertThat(contents(read("a.yaml"))).containsExactly("a2", "b3");
    }

    private DocumentSet read(String name) {
        return texts.read(new Heard.Of(Set.of(folder.resolve(name))));
    }

    private static List<String> contents(DocumentSet set) {
        return set.texts().stream().map(DocumentSet.Text::content).toList();
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}

package io.meltemi.galley.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DirectorySourceTest {
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<DocumentSet> delivered = new LinkedBlockingQueue<>();

    @TempDir private Path folder;

    @Test
    void everythingBelowIsDeliveredBeforeStartReturns() throws IOException {
        write("b/c.yml", "c");
        write("a.yaml", "a");
        write("d.json", "d");
        write("readme.md", "no");
        write(".hidden.yaml", "no");
        write("..data/e.yaml", "no");

        try (DirectorySource source = start()) {
            assertThat(source).isNotNull();
            assertThat(contents(delivered.poll())).containsExactly("a", "c", "d");
        }
    }

    @Test
    void changeIsDelivered() throws Exception {
        write("a.yaml", "one");

        try (DirectorySource _ = start()) {
            delivered.take();
            write("a.yaml", "two");

            assertThat(contents(next())).containsExactly("two");
        }
    }

    @Test
    void newFileInANewFolderIsDelivered() throws Exception {
        try (DirectorySource _ = start()) {
            delivered.take();
            write("later/a.yaml", "one");

            assertThat(contents(next())).containsExactly("one");
        }
    }

    @Test
    void deletedFileIsGone() throws Exception {
        write("a.yaml", "one");

        try (DirectorySource _ = start()) {
            delivered.take();
            Files.delete(folder.resolve("a.yaml"));

            assertThat(contents(next())).isEmpty();
        }
    }

    @Test
    void missingFolderIsAProblemUntilItIsThere() throws Exception {
        Path missing = folder.resolve("missing");

        try (DirectorySource source = new DirectorySource(List.of(missing))) {
            source.start(delivered::add);
            assertThat(delivered.take().problems().getFirst().toString())
                    .isEqualTo(missing + ": error MEL0002: no such file or folder");
            write("missing/a.yaml", "one");

            assertThat(contents(next())).containsExactly("one");
        }
    }

    @Test
    void fileThatIsNotTextIsAProblem() throws Exception {
        Files.write(folder.resolve("a.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        try (DirectorySource _ = start()) {
            assertThat(delivered.take().problems().getFirst().toString())
                    .contains("not UTF-8 text");
        }
    }

    @Test
    void watchingGoesOnWhenAListenerFails() throws Exception {
        try (DirectorySource source = new DirectorySource(List.of(folder))) {
            source.start(set -> {
                delivered.add(set);
                if (set.texts().size() == 1) {
                    throw new IllegalStateException("a listener's bug");
                }
            });
            delivered.take();
            write("a.yaml", "one");
            next();
            write("b.yaml", "two");

            assertThat(contents(next())).containsExactly("one", "two");
        }
    }

    @Test
    void nothingIsDeliveredAfterClose() throws Exception {
        DirectorySource source = start();
        source.close();
        delivered.clear();
        write("a.yaml", "one");

        assertThat(delivered.poll(1_200, TimeUnit.MILLISECONDS)).isNull();
    }

    private DirectorySource start() {
        DirectorySource source = new DirectorySource(List.of(folder));
        source.start(delivered::add);
        return source;
    }

    private DocumentSet next() throws InterruptedException {
        DocumentSet set = delivered.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (set == null) {
            throw new AssertionError("nothing delivered in " + PATIENCE_SECONDS + " s");
        }
        return set;
    }

    private static List<String> contents(DocumentSet set) {
        return set.texts().stream().map(DocumentSet.Text::content).toList();
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path temporary = Files.writeString(folder.resolve("next"), content);
        Files.move(temporary, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}

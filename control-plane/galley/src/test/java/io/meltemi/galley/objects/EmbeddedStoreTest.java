package io.meltemi.galley.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.galley.objects.ObjectStore.Change;
import io.meltemi.galley.objects.ObjectStore.Contents;
import io.meltemi.galley.objects.ObjectStore.StaleException;
import io.meltemi.galley.source.ResourceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Confined to one test thread.
final class EmbeddedStoreTest {
    private static final Instant MADE = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock CLOCK = Clock.fixed(MADE.plusMillis(9), ZoneOffset.UTC);

    @TempDir private Path folder = Path.of("");

    private EmbeddedStore open() throws IOException {
        return EmbeddedStore.open(folder.resolve("store"), CLOCK);
    }

    private static Change.Put put(String name, Object spec) {
        Map<String, Object> fields =
                Map.of(
                        "apiVersion",
                        "networking.istio.io/v1",
                        "kind",
                        "Sidecar",
                        "metadata",
                        Map.of("name", name, "namespace", "shop"),
                        "spec",
                        spec);
        return new Change.Put(ResourceName.of(fields).orElseThrow(), fields, "a.yaml:1:1");
    }

    @Test
    void whatIsPutIsThereAfterARestart() throws Exception {
        Contents written;
        try (EmbeddedStore store = open()) {
            store.put(0, List.of(put("a", Map.of("weights", List.of(1, 2.5, true, "x")))));
            written = store.put(1, List.of(put("b", Map.of()), put("c", Map.of())));
        }

        try (EmbeddedStore store = open()) {
            assertThat(store.contents()).isEqualTo(written);
            assertThat(store.contents().revision()).isEqualTo(2);
            assertThat(store.contents().objects().values())
                    .extracting(StoredObject::toString)
                    .containsExactly("Sidecar/shop/a@1", "Sidecar/shop/b@2", "Sidecar/shop/c@2");
        }
    }

    @Test
    void generationCountsWhatAnObjectSaysAndAgeStays() throws Exception {
        try (EmbeddedStore store = open()) {
            store.put(0, List.of(put("a", Map.of("x", 1))));
            store.put(1, List.of(put("a", Map.of("x", 1))));
            store.put(2, List.of(put("a", Map.of("x", 2))));

            StoredObject object = store.contents().objects().values().iterator().next();
            assertThat(object.version()).isEqualTo(3);
            assertThat(object.generation()).isEqualTo(2);
            assertThat(object.created()).isEqualTo(MADE);
            assertThat(object.shown().get("metadata"))
                    .isEqualTo(
                            Map.of(
                                    "name", "a",
                                    "namespace", "shop",
                                    "generation", 2L,
                                    "resourceVersion", "3",
                                    "creationTimestamp", "2026-01-02T03:04:05Z"));
        }
    }

    @Test
    void whoDidNotSeeTheLastChangeChangesNothing() throws Exception {
        try (EmbeddedStore store = open()) {
            store.put(0, List.of(put("a", Map.of())));

            assertThatThrownBy(() -> store.put(0, List.of(put("b", Map.of()))))
                    .isInstanceOf(StaleException.class)
                    .hasMessage("the store is at revision 1, not at 0 any more");
            assertThat(store.contents().objects()).hasSize(1);
        }
    }

    @Test
    void listenersSeeEveryStateInOrder() throws Exception {
        try (EmbeddedStore store = open()) {
            List<Long> late = new ArrayList<>();
            List<Long> early = new ArrayList<>();
            store.watch(-1, contents -> early.add(contents.revision()));
            store.put(0, List.of(put("a", Map.of())));
            store.watch(1, contents -> late.add(contents.revision()));
            store.put(1, List.of(new Change.Remove(put("a", Map.of()).name())));

            assertThat(early).containsExactly(0L, 1L, 2L);
            assertThat(late).containsExactly(2L);
            assertThat(store.contents().objects()).isEmpty();
        }
    }

    /// Cut anywhere, or with one bit flipped anywhere, it is said and nothing of it is loaded.
    @Test
    void aTornFileIsReportedAndNeverHalfLoaded() throws Exception {
        try (EmbeddedStore store = open()) {
            store.put(0, List.of(put("a", Map.of("x", 1)), put("b", Map.of())));
        }
        Path file = folder.resolve("store/objects");
        byte[] good = Files.readAllBytes(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        for (int i = 0; i < good.length; i++) {
            byte[] flipped = good.clone();
            flipped[i] ^= 1;
            for (byte[] torn : List.of(Arrays.copyOf(good, i), flipped)) {
                Files.write(file, torn);
                assertThatThrownBy(this::open)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("objects is torn (")
                        .hasMessageContaining("move it away to start with an empty store");
            }
        }
        Files.write(file, good);
        open().close();
    }

    /// A control plane that died while it wrote leaves a part beside the good file.
    @Test
    void aPartThatWasNeverFinishedHarmsNothing() throws Exception {
        try (EmbeddedStore store = open()) {
            store.put(0, List.of(put("a", Map.of())));
        }
        Files.writeString(folder.resolve("store/objects.part"), "meltemi-obj");

        try (EmbeddedStore store = open()) {
            store.put(1, List.of(put("b", Map.of())));
            assertThat(store.contents().objects()).hasSize(2);
        }
    }

    @Test
    void aFolderHasOneControlPlane() throws Exception {
        try (EmbeddedStore _ = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("belongs to another control plane that runs");
        }
        open().close();
    }
}

package io.meltemi.galley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.diagnostic.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigStoreTest {
    private static final Diagnostic ERROR =
            new Diagnostic("MEL0001", Severity.ERROR, new Origin("a", 1, 1), "broken");
    private static final Diagnostic WARNING =
            new Diagnostic("MEL0011", Severity.WARNING, new Origin("a", 1, 1), "odd");

    private final ConfigStore store = new ConfigStore();

    @Test
    void subscribersAreCalledInTheOrderTheyCame() {
        List<String> calls = new ArrayList<>();
        store.subscribe(_ -> calls.add("first"));
        store.subscribe(_ -> calls.add("second"));

        store.offer(new TreeMap<>(), new TreeMap<>(), MeshConfig.DEFAULT, List.of());

        assertThat(calls).containsExactly("first", "second");
    }

    @Test
    void lateSubscriberGetsThePresentState() {
        List<Publication> seen = new ArrayList<>();
        store.offer(new TreeMap<>(), new TreeMap<>(), MeshConfig.DEFAULT, List.of(WARNING));

        store.subscribe(seen::add);

        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().diagnostics()).containsExactly(WARNING);
    }

    @Test
    void firstStateWithErrorsLeavesNothingInForce() {
        store.offer(new TreeMap<>(), new TreeMap<>(), MeshConfig.DEFAULT, List.of(ERROR));

        assertThat(store.current().version()).isZero();
        assertThat(store.diagnostics()).containsExactly(ERROR);
    }

    @Test
    void otherDiagnosticsArePublishedWithTheSameVersion() {
        List<Publication> seen = new ArrayList<>();
        store.subscribe(seen::add);

        store.offer(new TreeMap<>(), new TreeMap<>(), MeshConfig.DEFAULT, List.of());
        store.offer(new TreeMap<>(), new TreeMap<>(), MeshConfig.DEFAULT, List.of(WARNING));
        store.offer(new TreeMap<>(), new TreeMap<>(), MeshConfig.DEFAULT, List.of(WARNING));

        assertThat(seen).hasSize(2);
        assertThat(seen.getLast().inForce().version()).isEqualTo(1);
    }
}

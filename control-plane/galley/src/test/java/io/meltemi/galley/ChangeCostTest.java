package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.source.ConfigSource;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.store.Publication;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.snapshot.MeshSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What one change costs when there are 10,000 resources, from the source's word to the snapshot,
/// in CPU time of the thread that takes it (wall time on a machine with nothing else to do).
class ChangeCostTest {
    private static final int SERVICES = 2_000;
    private static final int ROUNDS = 40;

    /// We want 50 ms; three times that fails (slow machines, a compiler for short runs).
    private static final double MOST_MILLIS = 150;

    private final List<Publication> published = new ArrayList<>();

    /// A source that says what a test makes it say.
    private static final class Told implements ConfigSource {
        private Consumer<DocumentSet> listener = _ -> {};
        private DocumentSet now;

        Told(DocumentSet first) {
            now = first;
        }

        @Override
        public void start(Consumer<DocumentSet> documents) {
            listener = documents;
            documents.accept(now);
        }

        void say(DocumentSet next) {
            now = next;
            listener.accept(next);
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @EnumSource(LargeMesh.Form.class)
    void oneChangeAmongTenThousandResourcesIsASnapshotAtOnce(LargeMesh.Form form) {
        LargeMesh mesh = new LargeMesh(SERVICES);
        Told source = new Told(mesh.documents(form, 0));
        try (Galley galley = Galley.open(List.of(source), MeshSettings.DEFAULT, published::add)) {
            assertThat(galley.store().diagnostics()).isEmpty();
            assertThat(galley.store().current().resources()).hasSize(4 * SERVICES);
            assertThat(galley.store().current().services()).hasSize(SERVICES);
            double[] millis = new double[ROUNDS];
            ThreadMXBean cpu = ManagementFactory.getThreadMXBean();

            for (int round = 0; round < ROUNDS; round++) {
                DocumentSet next = mesh.documents(form, round + 1);
                long start = cpu.getCurrentThreadCpuTime();
                source.say(next);
                millis[round] = (cpu.getCurrentThreadCpuTime() - start) / 1e6;
            }

            assertThat(galley.store().current().version()).isEqualTo(ROUNDS + 1);
            assertThat(timeouts(galley)).containsExactly(ROUNDS);
            Arrays.sort(millis);
            System.out.printf(
                    "one of 10,000 resources (%s) changes: %.1f ms (median), %.1f ms (longest)%n",
                    form, millis[ROUNDS / 2], millis[ROUNDS - 1]);
            assertThat(millis[ROUNDS / 2]).isLessThan(MOST_MILLIS);
        }
    }

    /// In seconds, of the routes that have one.
    private static List<Integer> timeouts(Galley galley) {
        return galley.store().current().all(VirtualService.class).stream()
                .flatMap(v -> v.http().stream())
                .flatMap(r -> r.timeout().stream())
                .map(t -> (int) t.toSeconds())
                .toList();
    }

    @Test
    void whatDidNotChangeIsNotDecodedAgain() {
        LargeMesh mesh = new LargeMesh(3);
        Told source = new Told(mesh.documents(LargeMesh.Form.TEXTS, 0));
        try (Galley galley = Galley.open(List.of(source), MeshSettings.DEFAULT, published::add)) {
            List<VirtualService> before = galley.store().current().all(VirtualService.class);

            source.say(mesh.documents(LargeMesh.Form.TEXTS, 1));

            List<VirtualService> after = galley.store().current().all(VirtualService.class);
            assertThat(after.get(0)).isNotEqualTo(before.get(0));
            assertThat(after.get(1)).isSameAs(before.get(1));
            assertThat(after.get(2)).isSameAs(before.get(2));
        }
    }

    @Test
    void findingsOfKeptTextsStillHaveTheirPlaces() {
        Text rule =
                new Text(
                        "rule.yaml",
                        """
                        # first line
                        apiVersion: networking.istio.io/v1
                        kind: VirtualService
                        metadata: {name: shop}
                        spec:
                          hosts: [shop]
                          gateways: [front]
                          http: [{route: [{destination: {host: shop}}]}]
                        """);
        Text gateway =
                new Text(
                        "gateway.yaml",
                        """
                        apiVersion: networking.istio.io/v1
                        kind: Gateway
                        metadata: {name: front}
                        spec:
                          selector: {app: front}
                          servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop]}]
                        """);
        Told source = new Told(new DocumentSet(List.of(gateway, rule), List.of()));
        try (Galley galley = Galley.open(List.of(source), MeshSettings.DEFAULT, published::add)) {
            assertThat(galley.store().diagnostics()).isEmpty();

            source.say(new DocumentSet(List.of(rule), List.of()));

            assertThat(galley.store().diagnostics())
                    .singleElement()
                    .asString()
                    .startsWith("rule.yaml:7:14: error IST0101: ");
        }
    }
}

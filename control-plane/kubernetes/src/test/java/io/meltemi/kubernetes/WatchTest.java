package io.meltemi.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.Galley;
import io.meltemi.kubernetes.ScriptedApiServer.Watch;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.MeshSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens to watches, as API servers do it.
class WatchTest {
    @TempDir private Path folder;
    private final Publications published = new Publications();
    private ScriptedApiServer server;
    private KubernetesSettings settings;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedApiServer();
        settings =
                new KubernetesSettings(
                        Optional.of(server.kubeconfig(folder)),
                        Optional.empty(),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(200),
                        Duration.ofMillis(5));
        server.holds(10, ScriptedApiServer.virtualService("a", 5, "1s"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void expiredWatchIsListedAgainAndWhatWentMeanwhileIsGone() throws Exception {
        server.holds(
                10,
                ScriptedApiServer.virtualService("a", 5, "1s"),
                ScriptedApiServer.virtualService("b", 6, "1s"));
        try (Galley _ = open()) {
            published.await(List.of("a PT1S", "b PT1S"));
            Watch watch = server.nextWatch();

            server.holds(90, ScriptedApiServer.virtualService("a", 80, "2s"));
            watch.gone();
            watch.end();

            published.await(List.of("a PT2S"));
            Watch next = server.nextWatch();
            assertThat(next.query()).contains("resourceVersion=90");
            next.event("MODIFIED", ScriptedApiServer.virtualService("a", 91, "3s"));
            published.await(List.of("a PT3S"));
        }
    }

    @Test
    void brokenWatchGoesOnAfterTheLastBookmarkWithoutAnotherList() throws Exception {
        try (Galley _ = open()) {
            Watch watch = server.nextWatch();
            assertThat(watch.query())
                    .contains("allowWatchBookmarks=true")
                    .contains("resourceVersion=10");
            watch.event("ADDED", ScriptedApiServer.virtualService("b", 11, "2s"));
            published.await(List.of("a PT1S", "b PT2S"));

            watch.bookmark(17);
            watch.end();

            Watch next = server.nextWatch();
            assertThat(next.query()).contains("resourceVersion=17");
            assertThat(server.lists()).hasSize(1);
            next.event("DELETED", ScriptedApiServer.virtualService("a", 18, "1s"));
            published.await(List.of("b PT2S"));
        }
    }

    @Test
    void apiServerThatFailsForAWhileChangesNothingAndIsNamed() throws Exception {
        try (Galley galley = open()) {
            Watch watch = server.nextWatch();

            server.answersWatches(500);
            watch.gone();
            watch.end();

            published.await(p ->
                    p.diagnostics().stream()
                            .map(Diagnostic::toString)
                            .anyMatch(d ->
                                    d.startsWith(
                                            "virtualservices.networking.istio.io/v1: warning MEL0020: ")));
            assertThat(Publications.timeouts(galley.store().current())).containsExactly("a PT1S");

            server.answersWatches(200);
            server.nextWatch().event("MODIFIED", ScriptedApiServer.virtualService("a", 30, "4s"));

            published.await(List.of("a PT4S"));
            published.await(
                    p -> p.diagnostics().stream().noneMatch(d -> d.code().equals("MEL0020")));
        }
    }

    private Galley open() throws IOException {
        return Galley.open(
                List.of(KubernetesSource.open(settings)), MeshSettings.DEFAULT, published);
    }
}

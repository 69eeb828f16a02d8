package io.meltemi.testkit.xds;

import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A proxy that asks for what requests need, its control plane and its upstream. Confined to its
/// test.
abstract class OnDemandStage implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);

    /// What happened.
    final List<String> lines = new ArrayList<>();

    final ScriptedUpstream upstream;
    final ScriptedControlPlane control = new ScriptedControlPlane();
    final ProxyUnderTest proxy;
    final Path log;

    private final ResourceType type;

    /// @param type what is asked for
    /// @param logs a folder
    OnDemandStage(ProxyUnderTest.Launcher launcher, ResourceType type, Path logs)
            throws IOException {
        this.type = type;
        log = Files.createTempFile(logs, "access", ".log");
        upstream =
                ScriptedUpstream.start()
                        .otherwise(request ->
                                Reply.of(200, Integer.toString(request.body().length())));
        proxy = launcher.start(Bootstraps.of("DELTA_GRPC", "ads", control.port()));
    }

    void say(List<XdsResource> changed, List<String> removed) throws IOException {
        control.respondAndAwait(type, "1", changed, removed);
    }

    void awaitReady() throws IOException {
        Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
    }

    /// Sends a request.
    ///
    /// @param head the path and what follows it, e.g. `/ HTTP/1.1\r\nhost: a.com\r\n`
    /// @return the status, and of a good answer the body
    CompletableFuture<String> sending(String head, int bodyBytes) {
        String request =
                bodyBytes == 0
                        ? "GET " + head + "\r\n"
                        : "POST %scontent-length: %d\r\n\r\n%s"
                                .formatted(head, bodyBytes, "x".repeat(bodyBytes));
        return CompletableFuture.supplyAsync(
                () -> {
                    try (PlainClient client =
                            PlainClient.connect(proxy.admin().listenerPort("web"))) {
                        var answer = client.call(request);
                        return answer.status() == 200
                                ? "200 " + answer.body()
                                : Integer.toString(answer.status());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    void note(String what, String how) {
        lines.add(what + ": " + how);
    }

    long active() throws IOException {
        return proxy.admin().stat("http.web.downstream_rq_active");
    }

    /// What was asked of the control plane, each time, without what was given back.
    List<String> asked() {
        return control.requests(type).stream()
                .map(line -> line.replaceAll(" unsubscribe .*", ""))
                .toList();
    }

    /// Adds each different line of the access log.
    ///
    /// @param last what is in the last line
    void noteLog(String last) throws IOException {
        Deadline.await("the log", SOON, () -> Files.readString(log).contains(last), proxy::log);
        Files.readAllLines(log).stream()
                .distinct()
                .sorted()
                .forEach(line -> lines.add("log: " + line));
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        control.close();
        upstream.close();
    }
}

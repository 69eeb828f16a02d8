package io.meltemi.bench;

import io.meltemi.bench.Scenario.Other;
import io.meltemi.bench.contest.Wiring;
import io.meltemi.bench.contest.Wiring.Protocol;
import io.meltemi.bench.contest.Wiring.Shape;
import io.meltemi.bench.load.H2Load;
import io.meltemi.bench.load.Wrk;
import io.meltemi.bench.upstream.GrpcMessages;
import io.meltemi.bench.upstream.Http1Upstream;
import io.meltemi.bench.upstream.Http2Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// What is compared. Thread-safe: without state.
final class Scenarios {
    private static final int SMALL = 80;
    private static final int CONNECTIONS = 32;
    private static final int KILO = 1024;
    private static final int STREAMED = 100;
    private static final int POLICIES = 1_000;

    private static final Set<Other> ALL = Set.of(Other.HAPROXY, Other.NGINX);
    private static final Wiring HOP2 = new Wiring(Shape.HOP, Protocol.HTTP2);

    private Scenarios() {}

    /// @param folder where bodies of requests are written
    static List<Scenario> all(Path folder) throws IOException {
        return List.of(
                hop("sidecar", "one hop, HTTP/1.1, 32 connections", CONNECTIONS, SMALL, 1),
                half(),
                http2(),
                grpc(folder, "grpc-unary", "gRPC, one message each way", 1, SMALL),
                grpc(folder, "grpc-stream", "gRPC, 100 messages of 1 KB each way", STREAMED, KILO),
                pair("mtls-http1", "two proxies, mTLS, HTTP/1.1 between", Protocol.HTTP1),
                pair("mtls-http2", "two proxies, mTLS, HTTP/2 between", Protocol.HTTP2),
                tcp(),
                hop("body-1k", "bodies of 1 KB", CONNECTIONS, KILO, 1),
                hop("body-64k", "bodies of 64 KB", CONNECTIONS, 64 * KILO, 1),
                hop("body-1m", "bodies of 1 MB, 8 connections", 8, KILO * KILO, 1),
                hop("connections-1", "1 connection", 1, SMALL, 1),
                hop("connections-100", "100 connections", 100, SMALL, 1),
                hop("connections-10000", "10,000 connections", 10_000, SMALL, 1),
                hop("routes-100", "the last of 100 routes", CONNECTIONS, SMALL, 100),
                hop("routes-5000", "the last of 5,000 routes", CONNECTIONS, SMALL, 5_000),
                policies());
    }

    private static Scenario hop(String name, String title, int connections, int body, int routes) {
        Wiring wiring = Wiring.ONE_HOP.withRoutes(routes);
        return new Scenario(
                name,
                title,
                wiring,
                () -> new Http1Upstream(body),
                new Wrk(connections, wiring.path()),
                false,
                routes == 1 ? ALL : Set.of());
    }

    /// What each costs is the difference to `sidecar`.
    private static Scenario policies() {
        Wiring wiring = Wiring.ONE_HOP.withPolicies(POLICIES);
        return new Scenario(
                "policies-1000",
                "1,000 policies that deny others",
                wiring,
                () -> new Http1Upstream(SMALL),
                new Wrk(CONNECTIONS, wiring.path()),
                false,
                Set.of());
    }

    private static Scenario half() {
        return new Scenario(
                "half-load",
                "one hop, HTTP/1.1, at half of Envoy's most",
                Wiring.ONE_HOP,
                () -> new Http1Upstream(SMALL),
                new H2Load(CONNECTIONS, List.of("--h1"), Wiring.ONE_HOP.path(), 0),
                true,
                Set.of());
    }

    private static Scenario http2() {
        return new Scenario(
                "http2",
                "one hop, HTTP/2, 8 connections of 10 streams",
                HOP2,
                () -> new Http2Upstream(new byte[SMALL], false),
                new H2Load(8, List.of("-m10"), HOP2.path(), 0),
                false,
                Set.of(Other.HAPROXY));
    }

    private static Scenario grpc(Path folder, String name, String title, int count, int size)
            throws IOException {
        byte[] messages = GrpcMessages.of(count, size);
        Path body = Files.write(folder.resolve(name + ".body"), messages);
        return new Scenario(
                name,
                title + ", 8 connections of 10 streams",
                HOP2,
                () -> new Http2Upstream(messages, true),
                new H2Load(
                        8,
                        List.of(
                                "-m10",
                                "--data=" + body,
                                "--header=content-type: application/grpc",
                                "--header=te: trailers"),
                        HOP2.path(),
                        0),
                false,
                Set.of());
    }

    private static Scenario pair(String name, String title, Protocol between) {
        Wiring wiring = new Wiring(Shape.PAIR, between);
        return new Scenario(
                name,
                title,
                wiring,
                () -> new Http1Upstream(SMALL),
                new Wrk(CONNECTIONS, wiring.path()),
                false,
                Set.of());
    }

    private static Scenario tcp() {
        Wiring wiring = new Wiring(Shape.TCP, Protocol.HTTP1);
        return new Scenario(
                "tcp",
                "one hop, bytes, the same traffic",
                wiring,
                () -> new Http1Upstream(SMALL),
                new Wrk(CONNECTIONS, wiring.path()),
                false,
                Set.of(Other.HAPROXY));
    }
}

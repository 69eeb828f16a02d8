package io.meltemi.bench.certificates;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.meltemi.agent.identity.CaClient;
import io.meltemi.agent.identity.CertificateRequest;
import io.meltemi.agent.identity.ControlPlane;
import io.meltemi.agent.identity.ControlPlane.Marking;
import io.meltemi.agent.identity.ControlSocket;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.identity.WorkloadKey;
import io.meltemi.agent.identity.WorkloadSecrets;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import io.meltemi.bench.contest.ProcessUsage;
import io.meltemi.bench.control.ControlPlaneProcess;
import io.meltemi.xds.proto.ca.IstioCertificateRequest;
import io.meltemi.xds.proto.ca.IstioCertificateServiceGrpc;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Workloads that do nothing but renew: each has an identity and a connection of its own, proven by
/// its certificate, and asks with the same request again and again, so that little of what is
/// measured is the asking side's. Confined to its thread.
final class Certificates {
    private static final int CLIENTS = 100;
    private static final String ADDRESS = "127.0.0.9";
    private static final int WARM_UP_SECONDS = 5;
    private static final int SECONDS = 15;
    private static final long DEADLINE_SECONDS = 30;

    private final LongAdder signed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private volatile boolean isOver;

    private Certificates() {}

    /// @param command starts a control plane with its socket at `STATE/control.sock`
    public static void main(String... command) throws IOException {
        Path scratch = Files.createTempDirectory("meltemi-certificates");
        Path yaml = Files.createDirectories(scratch.resolve("yaml"));
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (ControlPlaneProcess server =
                ControlPlaneProcess.start(List.of(command), yaml, scratch)) {
            new Certificates().play(server, scratch.resolve("control.sock"), loop);
        }
        System.out.println("log: " + scratch);
        System.exit(0);
    }

    private void play(ControlPlaneProcess server, Path socket, EventLoopGroup loop)
            throws IOException {
        ControlPlane address =
                new ControlPlane(new HostPort(ADDRESS, 15012), ControlPlane.SERVER_NAME);
        try (ControlSocket control = new ControlSocket(socket, loop)) {
            for (int i = 0; i < CLIENTS; i++) {
                join(control, address, "workload-" + i, loop);
            }
        }
        ControlPlaneProcess.pause(TimeUnit.SECONDS.toMillis(WARM_UP_SECONDS));
        ProcessUsage before = ProcessUsage.of(server.handle());
        long start = System.nanoTime();
        long count = signed.sum();
        ControlPlaneProcess.pause(TimeUnit.SECONDS.toMillis(SECONDS));
        double seconds = (System.nanoTime() - start) / 1e9;
        long done = signed.sum() - count;
        long micros = ProcessUsage.of(server.handle()).cpuMicrosSince(before);
        isOver = true;
        channels.forEach(ManagedChannel::shutdownNow);
        System.out.printf(
                Locale.ROOT,
                "%.0f certificates a second for %d workloads, %.2f ms of CPU each, %d failed, peak"
                        + " %d MiB%n",
                done / seconds,
                CLIENTS,
                done == 0 ? 0 : micros / 1e3 / done,
                failed.sum(),
                server.peakMebibytes());
    }

    private void join(ControlSocket control, ControlPlane address, String name, EventLoopGroup loop)
            throws IOException {
        SpiffeId identity = new SpiffeId(TrustDomain.CLUSTER_LOCAL, "bench", name);
        JoinGrant grant = control.grant("bench", name);
        ManagedChannel joining = address.joining(loop, Marking.PLAIN, grant.roots(), grant.token());
        WorkloadSecrets first;
        try {
            first = new CaClient(joining, identity).obtain(Duration.ofHours(1));
        } finally {
            joining.shutdownNow();
        }
        ManagedChannel channel = address.proven(loop, Marking.PLAIN, () -> first);
        channels.add(channel);
        IstioCertificateRequest request =
                IstioCertificateRequest.newBuilder()
                        .setCsr(CertificateRequest.of(WorkloadKey.generate(), identity).pem())
                        .build();
        Thread.ofVirtual().name(name).start(() -> renew(channel, request));
    }

    private void renew(ManagedChannel channel, IstioCertificateRequest request) {
        var authority = IstioCertificateServiceGrpc.newBlockingStub(channel);
        while (!isOver) {
            try {
                var answer =
                        authority
                                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                                .createCertificate(request);
                (answer.getCertChainCount() < 2 ? failed : signed).increment();
            } catch (StatusRuntimeException _) {
                if (!isOver) {
                    failed.increment();
                }
            }
        }
    }
}

package io.meltemi.testkit.changes;

import io.meltemi.base.time.Ticker;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.push.Timer;
import io.meltemi.xds.server.AdsServer;
import io.meltemi.xds.server.AdsSettings;
import io.meltemi.xds.server.XdsServerPort;
import io.meltemi.xds.testing.RecordedObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

/// Galley, Pilot and the ADS server as in a control plane, without the rest. Confined to its test.
final class MeshControl implements AutoCloseable {
    /// Pushes as soon as a mesh may be pushed; reports go to nobody.
    private static final PilotSettings SETTINGS =
            new PilotSettings(
                    true,
                    PilotSettings.DEFAULT.outboundPolicy(),
                    false,
                    Optional.empty(),
                    false,
                    0,
                    Duration.ofMillis(2),
                    Duration.ofMillis(20));

    private static final int LINES = 40;

    private final ScheduledExecutorService pushes = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final RecordedObserver observer = new RecordedObserver();
    private final Pilot pilot = new Pilot(SETTINGS, Ticker.SYSTEM, Timer.of(pushes));
    private final Path file;
    private final XdsServerPort port;

    /// @param scratch a folder of its own
    MeshControl(Path scratch) throws IOException {
        this.file = scratch.resolve("mesh.yaml");
        AdsServer ads = new AdsServer(pilot, observer, AdsSettings.DEFAULT, threads);
        this.port =
                XdsServerPort.plainText(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new XdsServerPort.Loops(
                                loops, loops, NioServerSocketChannel.class, threads),
                        List.of(ads.aggregated()));
    }

    int port() {
        return port.hostPort().port();
    }

    /// @throws IllegalArgumentException when Galley finds an error in it
    void publish(String yaml) throws IOException {
        Files.writeString(file, yaml);
        Report report = Galley.check(List.of(file));
        report.diagnostics().stream()
                .filter(d -> d.severity() == Severity.ERROR)
                .findFirst()
                .ifPresent(d -> {
                    throw new IllegalArgumentException(d + "\n" + yaml);
                });
        pilot.publish(
                new MeshSnapshot(
                        MeshSettings.DEFAULT,
                        report.snapshot(),
                        new ServiceSnapshot(1, new TreeMap<>())));
    }

    /// What the proxies refused.
    List<String> refusals() {
        return observer.lines().stream().filter(line -> line.startsWith("nack")).toList();
    }

    /// What was last said to the proxies and by them.
    List<String> talk() {
        List<String> lines = observer.lines();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    }

    @Override
    public void close() {
        port.close();
        pushes.shutdownNow();
        threads.shutdownNow();
        Future<?> _ = loops.shutdownGracefully();
    }
}

package io.meltemi.cli;

import io.meltemi.agent.intercept.LaunchLock;
import io.meltemi.agent.intercept.PodProbe;
import io.meltemi.agent.intercept.PodSupport.Impossible;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.CheckRun;
import io.meltemi.cli.check.Need;
import io.meltemi.cli.demo.DemoMesh;
import io.meltemi.cli.demo.DemoOptions;
import io.meltemi.cli.demo.ExplicitNotice;
import io.meltemi.cli.demo.FirstAnswer;
import io.meltemi.cli.demo.Install;
import io.meltemi.cli.demo.Interception;
import io.meltemi.cli.demo.LiveView;
import io.meltemi.cli.demo.LogTail;
import io.meltemi.cli.demo.MeshFolder;
import io.meltemi.cli.demo.Promises;
import io.meltemi.cli.demo.RotationRun;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `meltemi demo`: the whole mesh with the shop, live; or every promise of it, checked.
@Command(
        name = "demo",
        description = "The whole mesh with a sample shop, live.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final int FRONT_PORT = 8080;

    @ParentCommand private @Nullable MeshCli parent;

    @Option(
            names = "--check",
            description = "Drive the mesh, verify each promise with a line and a figure, and end.")
    private boolean check;

    @Option(
            names = "--data-plane",
            paramLabel = "meltemi|envoy",
            defaultValue = "meltemi",
            description = "What carries the requests (default: ${DEFAULT-VALUE}).")
    private DataPlane dataPlane = DataPlane.MELTEMI;

    @Option(
            names = "--sidecars",
            paramLabel = "shared|own",
            defaultValue = "shared",
            description = "One JVM for all sidecars, or one for each (default: ${DEFAULT-VALUE}).")
    private Sidecars sidecars = Sidecars.SHARED;

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            split = ",",
            description = "Only checks whose name contains one of these, comma separated.")
    private List<String> only = List.of("");

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The front door on 127.0.0.1 (default: 8080; a free one with --check).")
    private @Nullable Integer port;

    @Option(
            names = "--interception",
            paramLabel = "pods|explicit",
            description =
                    "Each workload in a pod whose traffic is redirected, or applications that are"
                            + " told an HTTP proxy (default: pods where they can be made).")
    private @Nullable Interception interception;

    @Option(
            names = "--rotation",
            paramLabel = "DURATION",
            description =
                    "Replace certificates every few seconds, and roots, under load for this long"
                            + " (ISO 8601, at least PT1M); no request may fail. Then end.")
    private @Nullable Duration rotation;

    enum DataPlane {
        MELTEMI,
        ENVOY
    }

    enum Sidecars {
        SHARED,
        OWN
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rotation != null && rotation.compareTo(RotationRun.SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "--rotation "
                            + rotation
                            + " is too short: no root is replaced in less than "
                            + RotationRun.SHORTEST);
        }
        Home home = MeshCli.home(parent);
        Install install = MeshCli.install();
        home.makeRun();
        try (OrderedEnd end = new OrderedEnd()) {
            end.add(LaunchLock.take(new RunFolder(home.run())));
            LogTail log = end.add(new LogTail(home.folder().resolve("demo.log")));
            MeshFolder folder = end.add(MeshFolder.of(install, isCheck(), home.run()));
            return run(home, install, log, folder, end);
        }
    }

    /// Ends by itself.
    private boolean isCheck() {
        return check || rotation != null;
    }

    private Duration certificateLifetime() {
        if (rotation != null) {
            return RotationRun.LIFETIME;
        }
        return check ? Duration.ofSeconds(20) : Duration.ofHours(24);
    }

    private int frontPort() {
        if (port == null) {
            return isCheck() ? 0 : FRONT_PORT;
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--port " + port + " is not between 0 and 65535");
        }
        return port;
    }

    private int run(Home home, Install install, LogTail log, MeshFolder folder, OrderedEnd end)
            throws IOException, InterruptedException {
        DemoOptions options =
                new DemoOptions(
                        interception == null ? Interception.PODS : interception,
                        dataPlane == DataPlane.ENVOY
                                ? Optional.of(Envoy.locate(home))
                                : Optional.empty(),
                        sidecars == Sidecars.OWN,
                        home.run(),
                        home.folder().resolve("demo-state"),
                        folder.path(),
                        frontPort(),
                        certificateLifetime(),
                        MeshCli.invokedEpochMillis());
        Files.createDirectories(options.state());
        System.out.println("starting the mesh (its programs print into " + log.file() + ")");
        if (interception == Interception.EXPLICIT) {
            System.out.println(ExplicitNotice.text());
        }
        DemoMesh mesh = end.add(start(options, install, log, folder));
        Duration took = FirstAnswer.await(mesh, options.invokedEpochMillis());
        System.out.printf("the shop answered %.1f s after the start%n", took.toMillis() / 1e3);
        if (isCheck()) {
            Set<Need> missing = mesh.hasPods() ? Set.of() : Set.of(Need.PODS);
            List<Check<DemoMesh>> checks =
                    rotation == null ? Promises.all(took, only) : List.of(RotationRun.of(rotation));
            return new CheckRun(System.out, missing).run(mesh, checks) ? 0 : 1;
        }
        new LiveView(mesh, folder, System.out).show();
        if (!mesh.isRunning() && !end.isAsked()) {
            throw new IOException("the mesh ended by itself: see " + log.file());
        }
        return 0;
    }

    /// Whether this machine can make pods is decided by making them: only a start that failed costs
    /// the question why.
    private DemoMesh start(DemoOptions options, Install install, LogTail log, MeshFolder folder)
            throws IOException, InterruptedException {
        try {
            return new DemoMesh(options, folder, install, log);
        } catch (IOException e) {
            if (interception == Interception.EXPLICIT
                    || !(PodProbe.run() instanceof Impossible why)) {
                throw e;
            }
            if (interception == Interception.PODS) {
                throw new IOException("this machine cannot make pods: " + why, e);
            }
            System.out.println(ExplicitNotice.text(why));
            return new DemoMesh(options.withoutPods(), folder, install, log);
        }
    }
}

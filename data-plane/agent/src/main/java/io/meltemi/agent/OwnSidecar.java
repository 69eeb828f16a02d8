package io.meltemi.agent;

import com.google.protobuf.Struct;
import io.meltemi.agent.bootstrap.DataPlaneStarter;
import io.meltemi.agent.dns.Upstreams;
import io.meltemi.agent.identity.ControlPlane;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.identity.Pem;
import io.meltemi.agent.identity.Rotation;
import io.meltemi.agent.intercept.Lifeline;
import io.meltemi.agent.intercept.Netns;
import io.meltemi.agent.intercept.Pod;
import io.meltemi.base.log.ConsoleLog;
import io.meltemi.base.memory.IdleHeap;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;

/// One sidecar in a JVM of its own, started inside its pod. Its main thread waits for the
/// application.
public final class OwnSidecar {
    /// Said on standard output when the application runs.
    static final String READY = "meltemi: sidecar ready";

    /// Said at the end, with the application's exit code: the JVM's own would not tell a crash from
    /// an application that failed.
    static final String ENDED = "meltemi: sidecar ended ";

    /// Said with the reason when it could not start.
    static final String FAILED = "meltemi: sidecar failed: ";

    /// Before each line of the application, which cannot pretend to be us then.
    static final String APPLICATION = "| ";

    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(8);
    private static final Duration LAST_WORD = Duration.ofSeconds(1);
    private static final int LINE_LIMIT = 1 << 20;

    private OwnSidecar() {}

    /// Reads one line, with the join token in it, from standard input, which then is the lifeline.
    public static void main(String[] args) {
        ConsoleLog.configure();
        try {
            run(args);
        } catch (IOException e) {
            System.out.println(FAILED + e.getMessage());
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run(String[] args) throws IOException {
        NodeSettings settings = NodeSettings.read(List.of(args));
        Struct input = OwnSidecarInput.decode(line(System.in));
        Workload workload =
                new Workload(
                        SidecarJson.text(input, "name"),
                        SidecarJson.fromJson(SidecarJson.field(input, "sidecar").getStructValue()));
        SidecarPlace place = SidecarPlace.own(pod(workload.name(), input));
        Sidecar sidecar =
                new Sidecar(workload, place, grant(input), mesh(settings), OwnSidecar::print);
        Lifeline.watch(System.in, sidecar::close, DRAIN_LIMIT);
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> end(sidecar, main)));
        IdleHeap.watch();
        System.out.println(READY);
        int code = sidecar.ended().join();
        // The pod is taken away next: a control plane that was not told before would go on serving
        // it until its next keep-alive.
        sidecar.close();
        sidecar.closed().join();
        System.out.println(ENDED + code);
        Runtime.getRuntime().halt(0);
    }

    /// Closes it, or waits for whoever closes it already, and leaves the last word to the main
    /// thread.
    private static void end(Sidecar sidecar, Thread main) {
        sidecar.close();
        sidecar.closed().join();
        try {
            main.join(LAST_WORD);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void print(String program, String line) {
        System.out.println(APPLICATION + line);
    }

    /// Byte by byte: a buffered reader would swallow what follows, and its end is our signal.
    private static String line(InputStream input) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        for (int b = input.read(); b >= 0 && b != '\n'; b = input.read()) {
            if (bytes.size() == LINE_LIMIT) {
                throw new IOException("the line with the options is longer than " + LINE_LIMIT);
            }
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Pod pod(String name, Struct input) {
        return new Pod(
                name,
                (Inet4Address) InetAddress.ofLiteral(SidecarJson.text(input, "address")),
                new Netns(Path.of(SidecarJson.text(input, "netns"))),
                SidecarJson.text(input, "link"),
                Path.of(SidecarJson.text(input, "files")));
    }

    private static JoinGrant grant(Struct input) throws IOException {
        try {
            return new JoinGrant(
                    SidecarJson.text(input, "token"),
                    Pem.readCertificates(SidecarJson.text(input, "roots")));
        } catch (CertificateException e) {
            throw new IOException("the mesh's root is malformed", e);
        }
    }

    private static Mesh mesh(NodeSettings settings) throws IOException {
        DataPlaneStarter dataPlanes = NodeMain.dataPlanes(settings);
        return new Mesh(
                settings.trustDomain(),
                new ControlPlane(settings.controlPlane(), settings.serverName()),
                (namespace, account) -> {
                    throw new IOException("a sidecar of its own joins by the token it was given");
                },
                Rotation.ISTIO,
                dataPlanes,
                Upstreams.of(Path.of("/etc/resolv.conf")),
                settings.run().path(),
                settings.uid(),
                settings.gid(),
                READY_LIMIT);
    }
}

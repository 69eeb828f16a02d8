package io.meltemi.bench.contest;

import io.meltemi.bench.contest.EnvoyConfig.Side;
import io.meltemi.bench.contest.Wiring.Shape;
import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.FreePort;
import io.meltemi.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts contestants. Confined to the bench.
public final class Starter {
    private static final int CONNECT_MILLIS = 1_000;

    private final Path folder;

    /// @param folder for their files; that of one scenario
    public Starter(Path folder) {
        this.folder = folder;
    }

    /// Makes what pairs prove themselves with.
    public void certificates() throws IOException {
        TestCertificate certificate = TestCertificate.create();
        Files.writeString(folder.resolve("server.pem"), certificate.chain());
        Files.writeString(folder.resolve("server.key"), certificate.key());
    }

    /// Envoy, ours, or two of them.
    ///
    /// @param command a bootstrap file is appended
    /// @param java whether it runs in a JVM
    public Contestant fromBootstrap(
            String name, List<String> command, boolean java, Wiring wiring, int upstreamPort)
            throws IOException {
        List<ProxyProcess> processes = new ArrayList<>();
        try {
            int port = upstreamPort;
            if (wiring.shape() == Shape.PAIR) {
                port = one(name + "-server", command, wiring, port, Side.SERVER, processes);
                port = one(name + "-client", command, wiring, port, Side.CLIENT, processes);
            } else {
                port = one(name, command, wiring, port, Side.ALONE, processes);
            }
            return new Contestant(name, processes, port, java);
        } catch (IOException | RuntimeException e) {
            for (ProxyProcess process : processes) {
                process.close();
            }
            throw e;
        }
    }

    /// @return the port it takes requests on
    private int one(
            String name,
            List<String> command,
            Wiring wiring,
            int upstreamPort,
            Side side,
            List<ProxyProcess> processes)
            throws IOException {
        AdminClient admin = new AdminClient(FreePort.onLoopback());
        Path bootstrap = folder.resolve(name + ".yaml");
        EnvoyConfig config =
                new EnvoyConfig(
                        wiring, admin.port(), upstreamPort, folder.resolve(name + ".log"), folder);
        Files.writeString(bootstrap, config.text(side));
        List<String> all = new ArrayList<>(command);
        all.add(bootstrap.toString());
        processes.add(ProxyProcess.start(all, folder.resolve(name + ".out"), admin::isReady));
        return admin.listenerPort("web");
    }

    public Contestant haProxy(Wiring wiring, int upstreamPort) throws IOException {
        int port = FreePort.onLoopback();
        Path config = folder.resolve("haproxy.cfg");
        Files.writeString(config, OtherConfigs.haProxy(wiring, port, upstreamPort));
        return listening("haproxy", List.of("haproxy", "-db", "-f", config.toString()), port);
    }

    public Contestant nginx(Wiring wiring, int upstreamPort) throws IOException {
        int port = FreePort.onLoopback();
        Path config = folder.resolve("nginx.conf");
        Files.writeString(config, OtherConfigs.nginx(wiring, port, upstreamPort, folder));
        return listening(
                "nginx", List.of("nginx", "-p", folder.toString(), "-c", config.toString()), port);
    }

    private Contestant listening(String name, List<String> command, int port) throws IOException {
        ProxyProcess process =
                ProxyProcess.start(command, folder.resolve(name + ".out"), () -> connects(port));
        return new Contestant(name, List.of(process), port, false);
    }

    private static boolean connects(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}

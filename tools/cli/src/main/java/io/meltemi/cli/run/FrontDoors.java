package io.meltemi.cli.run;

import io.meltemi.agent.NodeClient;
import io.meltemi.agent.intercept.HostSockets;
import io.meltemi.agent.intercept.RunFolder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The ports of a gateway, opened on the host: listening sockets of 127.0.0.1 that the holder
/// accepts from. Confined to its thread.
public final class FrontDoors implements AutoCloseable {
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("front doors", true), EpollIoHandler.newFactory());
    private final List<HostSockets> sockets = new ArrayList<>();
    private final Set<Integer> open = new HashSet<>();
    private final NodeClient client;
    private final RunFolder run;
    private final String gateway;
    private final Consumer<String> out;

    /// @param out told each address that is open, a line each
    public FrontDoors(NodeClient client, RunFolder run, String gateway, Consumer<String> out) {
        this.client = client;
        this.run = run;
        this.gateway = gateway;
        this.out = out;
    }

    /// Opens what the gateway listens on by now and is not open yet; prints each address.
    ///
    /// @return whether any port is open
    public boolean follow() throws IOException {
        for (int port : client.ports(gateway)) {
            if (open.add(port)) {
                open(port);
            }
        }
        return !open.isEmpty();
    }

    private void open(int port) throws IOException {
        // As short as the other sockets of the folder: a socket's path has 107 characters.
        String name =
                "d%s-%s.sock"
                        .formatted(
                                Long.toString(ProcessHandle.current().pid(), 36),
                                Integer.toString(port, 36));
        HostSockets bound = bind(run.path().resolve(name), port);
        sockets.add(bound);
        client.expose(name, gateway, port);
    }

    /// The same port where it is free, else any.
    private HostSockets bind(Path door, int port) throws IOException {
        try {
            HostSockets same = listen(door, port);
            out.accept("gateway " + gateway + ": http://127.0.0.1:" + port + "/");
            return same;
        } catch (IOException e) {
            HostSockets other = listen(door, 0);
            out.accept(
                    "gateway %s: http://127.0.0.1:%d/ for its port %d (%s)"
                            .formatted(
                                    gateway,
                                    other.addresses().getFirst().getPort(),
                                    port,
                                    e.getMessage()));
            return other;
        }
    }

    private HostSockets listen(Path door, int port) throws IOException {
        return HostSockets.bind(
                door,
                loop,
                List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)));
    }

    @Override
    public void close() throws IOException {
        for (HostSockets each : sockets) {
            each.close();
        }
        loop.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(2_000);
    }
}

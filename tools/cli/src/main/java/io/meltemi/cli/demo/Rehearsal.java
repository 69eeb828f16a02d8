package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient;
import io.meltemi.agent.NodeMain;
import io.meltemi.agent.NodeSettings;
import io.meltemi.agent.SidecarOptions;
import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import io.meltemi.agent.intercept.HostSockets;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.base.net.HostPort;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Client;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The demo without its processes: launcher and node in this JVM, whose namespaces are the holder's
/// already. Confined to its thread.
public final class Rehearsal implements AutoCloseable {
    private static final int REQUESTS = 100;

    private final Install install;
    private final RunFolder run;
    private final HostSockets front;
    private final InetSocketAddress frontDoor;

    private Rehearsal(Install install, RunFolder run, HostSockets front) {
        this.install = install;
        this.run = run;
        this.front = front;
        this.frontDoor = front.addresses().getFirst();
    }

    /// Starts the node; its control plane is to be started next.
    ///
    /// @param folder of the sockets
    public static Rehearsal start(Install install, Path folder) throws IOException {
        EventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("demo", true), EpollIoHandler.newFactory());
        RunFolder run = new RunFolder(folder);
        HostSockets front =
                HostSockets.bind(
                        run,
                        loop,
                        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        NodeSettings settings =
                NodeSettings.of(run, 0, 0)
                        .withLifetime(Lifetime.CLIENTS)
                        .withHostSockets(List.of(new HostPort("gateway", Shop.GATEWAY_PORT)))
                        .build();
        NodeMain.main(settings.arguments().toArray(String[]::new));
        return new Rehearsal(install, run, front);
    }

    /// Starts the shop and asks it for its products, again and again.
    public void play() throws IOException, InterruptedException {
        try (NodeClient node = NodeClient.connect(run, (_, _) -> {})) {
            for (SidecarOptions one : Shop.workloads(install)) {
                var _ = node.add(one);
            }
            try (Client client = new Client(frontDoor, Duration.ofSeconds(5))) {
                for (int i = 0; i < REQUESTS; i++) {
                    if (!client.send(Call.get("/products")).isSuccess()) {
                        Thread.sleep(50);
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
    }
}

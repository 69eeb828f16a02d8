package io.meltemi.agent;

import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.agent.intercept.Holder;
import io.meltemi.agent.intercept.HolderCommand;
import io.meltemi.agent.intercept.HostSockets;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.base.net.HostPort;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What `demo` does, small: starts a holder with a control plane, joins two workloads, asks them
/// through a passed socket of the host; prints what it sees as `key = value`.
public final class TestLauncher {
    private TestLauncher() {}

    /// Arguments: run folder, uid, gid, what to do at the end (`stop` or `wait`), java command up
    /// to the main class.
    public static void main(String[] args) {
        try {
            launch(args);
            System.exit(0);
        } catch (IOException | InterruptedException | RuntimeException e) {
            System.out.println("failed = " + e);
            System.exit(1);
        }
    }

    private static void launch(String[] args) throws IOException, InterruptedException {
        RunFolder run = new RunFolder(Path.of(args[0]));
        List<String> java = List.of(args).subList(4, args.length);
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        HostSockets host =
                HostSockets.bind(
                        run,
                        loop,
                        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        NodeSettings settings =
                NodeSettings.of(run, Integer.parseInt(args[1]), Integer.parseInt(args[2]))
                        .withHostSockets(List.of(new HostPort("10.77.0.2", 9080)))
                        .withControlPlaneCommand(
                                with(
                                        java,
                                        FakeControlPlane.class,
                                        run.path().resolve("control-plane.sock").toString()))
                        .build();
        List<String> program =
                with(java, TestNode.class, settings.arguments().toArray(String[]::new));
        long start = System.nanoTime();
        Holder holder =
                Holder.start(
                        run,
                        new HolderCommand(HolderCommand.Lifetime.LAUNCHER, program).render(),
                        Duration.ofSeconds(20),
                        line -> System.out.println("holder: " + line));
        say("holder ready", (System.nanoTime() - start) / 1_000_000 + " ms");
        NodeClient client =
                NodeClient.connect(run, (name, line) -> System.out.println(name + ": " + line));
        NodeClient.Attached product = client.add(application("product", java));
        NodeClient.Attached invoice = client.add(application("invoice", java));
        say("both ready", (System.nanoTime() - start) / 1_000_000 + " ms");
        awaitHealthy(client);
        String at = "http://127.0.0.1:" + host.addresses().getFirst().getPort();
        say("direct", get(at + "/"));
        say("call", get(at + "/call?http://invoice:9080/"));
        say("probe", get(at + "/call?http://127.0.0.1:15020/healthz/ready"));
        say("app probe", get(at + "/call?http://127.0.0.1:15020/app-health/app/livez"));
        say("control", run(at, "ls -A " + run.path()));
        say("list", client.list().toString());
        System.out.println("holder pid = " + holder.pid());
        if (args[3].equals("wait")) {
            System.out.println("waiting");
            Thread.sleep(Duration.ofMinutes(2));
        }
        client.kill("application", invoice.name());
        say("invoice ended", invoice.ended().join().toString());
        client.kill("control-plane", "");
        client.remove(product.name());
        client.close();
        long end = System.nanoTime();
        holder.close();
        say("closed", (System.nanoTime() - end) / 1_000_000 + " ms");
    }

    private static void awaitHealthy(NodeClient client) throws IOException, InterruptedException {
        for (int asked = 0; asked < 200; asked++) {
            if (client.list().stream().allMatch(s -> s.state().equals("healthy"))) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new IOException("never healthy: " + client.list());
    }

    private static SidecarOptions application(String name, List<String> java) {
        return new SidecarOptions(
                ProxyNode.Kind.SIDECAR,
                name,
                "v1",
                "shop",
                name,
                Map.of(),
                List.of(new SidecarOptions.Port("http", 9080, 9080, "http")),
                "http:/",
                with(
                        java,
                        io.meltemi.agent.intercept.EchoApplication.class,
                        "9080",
                        "I am " + name),
                Map.of("SHOWN", "yes"),
                Path.of("/"),
                SidecarOptions.Place.UNKNOWN,
                SidecarOptions.WorkloadApi.SERVED,
                false);
    }

    private static List<String> with(List<String> java, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(java);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    private static String run(String at, String command) throws IOException {
        return get(at + "/run?" + URLEncoder.encode(command, StandardCharsets.UTF_8));
    }

    private static String get(String url) throws IOException {
        return new String(
                        URI.create(url).toURL().openStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip();
    }

    private static void say(String key, String value) {
        System.out.println(key + " = " + value);
    }
}

package io.meltemi.agent.intercept;

import io.meltemi.agent.dns.DnsServer;
import io.meltemi.agent.dns.NameTable;
import io.meltemi.agent.dns.Upstreams;
import io.meltemi.agent.supervise.Launch;
import io.meltemi.agent.supervise.PodCommand;
import io.meltemi.agent.supervise.RestartPolicy;
import io.meltemi.agent.supervise.SupervisedProcess;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.Inet4Address;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Two pods with plain applications; a trivial acceptor stands where the proxy will be. The first
/// process of its namespaces; prints what it sees as `key = value`.
public final class PodsProgram {
    private PodsProgram() {}

    /// Arguments: folder of the run, uid, gid, the command of the application.
    public static void main(String[] args) throws IOException, InterruptedException {
        Path run = Path.of(args[0]);
        List<String> application = List.of(args).subList(3, args.length);
        PodFactory factory = new PodFactory(NodeNetwork.up(), Nftables.ISTIO);
        long start = System.nanoTime();
        List<Pod> pods =
                factory.create(
                        List.of(
                                new PodFactory.PodRequest("product", "shop"),
                                new PodFactory.PodRequest("invoice", "shop")));
        say("millis", String.valueOf((System.nanoTime() - start) / 1_000_000));
        CountDownLatch serving = new CountDownLatch(2);
        List<SupervisedProcess> programs = new ArrayList<>();
        for (Pod pod : pods) {
            sidecar(pod);
            PodCommand command =
                    new PodCommand(pod, run, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
            List<String> program = new ArrayList<>(application);
            program.addAll(List.of("9080", "I am " + pod.name()));
            programs.add(
                    SupervisedProcess.start(
                            new Launch(
                                    pod.name(),
                                    command.application(program),
                                    Map.of("SHOWN", "yes"),
                                    Path.of("/"),
                                    true),
                            new RestartPolicy.Never(),
                            (name, line) -> {
                                say(name + " printed", line);
                                serving.countDown();
                            },
                            code -> say(pod.name() + " exit", String.valueOf(code))));
        }
        say("serving", String.valueOf(serving.await(20, TimeUnit.SECONDS)));
        ask(pods.getFirst().address().getHostAddress());
        programs.getFirst().stop(Duration.ofSeconds(5));
        programs.getLast().kill();
        say("ended", String.valueOf(programs.getLast().ended().join()));
        for (Pod pod : pods) {
            factory.delete(pod);
        }
        say(
                "left",
                Commands.shell(
                        "counting",
                        "find /run/netns/ /run/pods/ -mindepth 1; ip -o link | wc -l",
                        Duration.ofSeconds(5)));
        Runtime.getRuntime().halt(0);
    }

    private static void ask(String product) throws IOException {
        String at = "http://" + product + ":9080";
        say("direct", get(at + "/"));
        for (String name : List.of("invoice", "invoice.shop", "invoice.shop.svc.cluster.local")) {
            say("call " + name, get(at + "/call?http://" + name + ":9080/x"));
        }
        say("call self", get(at + "/call?http://" + product + ":9080/"));
        say("call nosuch", get(at + "/call?http://nosuch:9080/"));
        say("call foreign", get(at + "/call?http://example.com/"));
        say("resolv.conf", get(at + "/read?/etc/resolv.conf").replace('\n', '|'));
        say("run folder", command(at, "echo shown $SHOWN; ls -A /run | wc -l"));
        for (String command :
                List.of(
                        "id -u",
                        "nft list ruleset",
                        "nft flush ruleset",
                        "umount /etc/resolv.conf",
                        "nsenter --net=/proc/1/ns/net true",
                        "ip link set eth0 down")) {
            say("app: " + command, command(at, command));
        }
    }

    private static String command(String at, String command) throws IOException {
        return get(at + "/run?" + URLEncoder.encode(command, StandardCharsets.UTF_8));
    }

    private static String get(String url) throws IOException {
        return new String(
                URI.create(url).toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static synchronized void say(String key, String value) {
        System.out.println(key + " = " + value);
    }

    private static void sidecar(Pod pod) throws IOException {
        EventLoop loop =
                new MultiThreadIoEventLoopGroup(
                                1, pod.netns().threads(pod.name()), EpollIoHandler.newFactory())
                        .next();
        DnsServer dns = new DnsServer(loop, "shop", Upstreams.NONE, true);
        Inet4Address virtual = (Inet4Address) InetAddress.ofLiteral("240.240.0.3");
        dns.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 15053));
        dns.update(new NameTable(Map.of("invoice.shop.svc.cluster.local", List.of(virtual))));
        var _ = new TrivialDataPlane(loop, pod.name());
    }
}

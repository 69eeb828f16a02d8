package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient;
import io.meltemi.agent.NodeClient.Attached;
import io.meltemi.agent.SidecarOptions;
import io.meltemi.agent.intercept.Holder;
import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import io.meltemi.agent.intercept.HostSockets;
import io.meltemi.agent.intercept.MeshPorts;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.base.net.HostPort;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running mesh with the shop in it, as its owner holds it. Thread-safe.
public final class DemoMesh implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DemoMesh.class);
    private static final Duration HOLDER_LIMIT = Duration.ofSeconds(20);

    private final DemoOptions options;
    private final MeshFolder folder;
    private final Install install;
    private final LogTail log;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("demo", true), EpollIoHandler.newFactory());
    private final ConcurrentSkipListMap<String, Attached> workloads = new ConcurrentSkipListMap<>();

    /// The newest first. Guarded by this.
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private final InetSocketAddress frontDoor;
    private final RunFolder run;
    private final InetAddress address;
    private final ControlClient control;
    private final Holder holder;

    /// Starts holder, control plane, gateway and shop.
    ///
    /// @param log gets what all programs print
    /// @throws IOException when something does not start, saying what; nothing is left then
    public DemoMesh(DemoOptions options, MeshFolder folder, Install install, LogTail log)
            throws IOException, InterruptedException {
        this.options = options;
        this.folder = folder;
        this.install = install;
        this.log = log;
        this.run = new RunFolder(options.run());
        this.address = HolderProgram.address(options.interception());
        try {
            HostSockets front =
                    part(
                            HostSockets.bind(
                                    run,
                                    loop,
                                    List.of(
                                            new InetSocketAddress(
                                                    InetAddress.getLoopbackAddress(),
                                                    options.frontPort()))));
            frontDoor = front.addresses().getFirst();
            holder = part(startHolder());
            control = part(new ControlClient(run.path().resolve("control-plane.sock"), loop));
            addAll(Shop.workloads(install));
        } catch (IOException | RuntimeException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private Holder startHolder() throws IOException, InterruptedException {
        HolderProgram program =
                new HolderProgram(
                        install,
                        run,
                        options.interception(),
                        address,
                        Lifetime.LAUNCHER,
                        options.envoy(),
                        options.ownSidecars(),
                        List.of(new HostPort("gateway", Shop.GATEWAY_PORT)),
                        List.of(options.mesh()),
                        folder.store(options.state()),
                        options.state(),
                        options.certificateLifetime());
        return Holder.start(run, program.command(), HOLDER_LIMIT, log::holder);
    }

    private void addAll(List<SidecarOptions> all) throws IOException, InterruptedException {
        try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Attached>> started = new ArrayList<>();
            for (SidecarOptions one : all) {
                started.add(starting.submit(() -> add(one)));
            }
            for (Future<Attached> one : started) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io
                    ? io
                    : new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /// Starts one more workload; it lives as long as the mesh, or until it is removed or killed.
    public Attached add(SidecarOptions one) throws IOException {
        NodeClient client = part(NodeClient.connect(run, log));
        Attached attached = client.add(one);
        workloads.put(attached.name(), attached);
        return attached;
    }

    /// The node agent, to list, remove and kill.
    public NodeClient node() throws IOException {
        return NodeClient.connect(run, log);
    }

    public ControlClient control() {
        return control;
    }

    public InetSocketAddress frontDoor() {
        return frontDoor;
    }

    /// The YAML in force.
    public MeshFolder folder() {
        return folder;
    }

    public Install install() {
        return install;
    }

    public DemoOptions options() {
        return options;
    }

    /// What the programs print.
    public LogTail log() {
        return log;
    }

    /// The workloads that were started, by name.
    public Map<String, Attached> workloads() {
        return Map.copyOf(workloads);
    }

    /// The namespaces' first process, as the host sees it.
    public long holderPid() {
        return holder.pid();
    }

    /// Whether every proxy has taken what it was sent last.
    public boolean isInStep() throws IOException {
        return behind().isEmpty();
    }

    /// The proxies that have not taken what they were sent last, and of which types.
    public List<String> behind() throws IOException {
        return control.status().getProxiesList().stream()
                .filter(p -> !Screen.isInSync(p))
                .map(DemoMesh::behind)
                .toList();
    }

    private static String behind(ProxyStatus proxy) {
        return proxy.getNode()
                + " "
                + proxy.getTypesMap().entrySet().stream()
                        .filter(t -> !Screen.isInSync(t.getValue()))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
    }

    /// Writes a file of the mesh's folder and waits until every proxy has taken what follows of it.
    ///
    /// @throws IOException when it is not in force within 5 s
    public void apply(String file, String text) throws IOException, InterruptedException {
        long before = control.status().getConfigVersion();
        folder.write(file, text);
        awaitChange(before, file);
    }

    /// Deletes such a file again and waits likewise.
    public void remove(String file) throws IOException, InterruptedException {
        long before = control.status().getConfigVersion();
        folder.delete(file);
        awaitChange(before, "the deletion of " + file);
    }

    /// The configuration's version when no change is on its way any more.
    public long settledVersion() throws IOException, InterruptedException {
        long seen = -1;
        long now = control.status().getConfigVersion();
        while (now != seen) {
            Thread.sleep(1_000);
            seen = now;
            now = control.status().getConfigVersion();
        }
        return now;
    }

    private void awaitChange(long before, String what) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (control.status().getConfigVersion() <= before || !isInStep()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(what + " is not in force after 5 s at " + behind());
            }
            Thread.sleep(20);
        }
        // Pilot waits for quiet before it translates; only then proxies are behind and catch up.
        Thread.sleep(300);
        while (!isInStep() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
    }

    /// The node's own address in the mesh, where the control plane is.
    public String nodeAddress() {
        return address.getHostAddress();
    }

    /// Whether workloads run in pods; else in explicit mode.
    public boolean hasPods() {
        return options.interception() == Interception.PODS;
    }

    /// Where a workload is called on its own address.
    ///
    /// @param targetPort where its application listens in a pod
    public int calledPort(int targetPort) {
        return hasPods() ? targetPort : MeshPorts.ISTIO.inbound();
    }

    /// Starts a small program of ours in the node's network, beside the pods.
    NodeProgram startInNode(String mainClass, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (hasPods()) {
            command.addAll(enterNode());
        }
        command.addAll(install.ours(List.of("-Xmx32m"), mainClass, List.of(arguments)));
        return new NodeProgram(command);
    }

    /// Runs such a program to its end.
    ///
    /// @return what it prints
    public String inNode(String mainClass, String... arguments) throws IOException {
        try (NodeProgram program = startInNode(mainClass, arguments)) {
            return program.finish();
        }
    }

    private List<String> enterNode() throws IOException {
        long inside =
                ProcessHandle.of(holder.pid())
                        .flatMap(unshare -> unshare.children().findFirst())
                        .orElseThrow(() -> new IOException("the holder has no process"))
                        .pid();
        List<String> command = new ArrayList<>();
        command.addAll(List.of("nsenter", "-t", Long.toString(inside)));
        // The PID namespace as well: a program finds its libraries by /proc/self, and /proc there
        // is
        // of that namespace.
        command.addAll(List.of("-U", "--preserve-credentials", "-n", "-m", "-p", "--"));
        return command;
    }

    /// Whether the holder still lives.
    public boolean isRunning() {
        return !holder.onExit().isDone();
    }

    private synchronized <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    /// Who comes second waits until the first has ended it all.
    @Override
    public synchronized void close() {
        List<AutoCloseable> all = List.copyOf(parts);
        parts.clear();
        // The holder first: it ends everything inside in order; connections to it just break.
        for (AutoCloseable part : all) {
            if (part instanceof Holder) {
                closeOne(part);
            }
        }
        all.stream().filter(p -> !(p instanceof Holder)).forEach(DemoMesh::closeOne);
        loop.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(2_000);
    }

    private static void closeOne(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.debug("closing {}: {}", part, e.toString());
        }
    }
}

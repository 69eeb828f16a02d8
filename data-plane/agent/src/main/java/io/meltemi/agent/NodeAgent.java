package io.meltemi.agent;

import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.supervise.OutputSink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All sidecars of one machine: adds, removes, lists and, for tests of resilience, kills them.
/// Thread-safe: the table is guarded by this; starting and ending happen outside the lock.
public final class NodeAgent implements AutoCloseable {
    /// More pods than a laptop can carry; each costs a thread and several sockets.
    private static final int SIDECARS_LIMIT = 1000;

    /// A killed pod's network stays for so long: its lease must have run out, so that peers meet
    /// resets instead of silence.
    private static final Duration LEASE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

    private final Sites sites;
    private final Mesh mesh;
    private final SidecarStarter starter;
    private final Map<String, Running> sidecars = new LinkedHashMap<>();

    /// What is known of one sidecar.
    public record Status(String name, String namespace, String address, String state) {}

    private static final class Running {
        private final Workload workload;
        private Optional<Site> site = Optional.empty();
        private Optional<RunningSidecar> sidecar = Optional.empty();

        Running(Workload workload) {
            this.workload = workload;
        }
    }

    public NodeAgent(Sites sites, Mesh mesh, SidecarStarter starter) {
        this.sites = sites;
        this.mesh = mesh;
        this.starter = starter;
    }

    /// Makes a site and starts a workload there. Blocks until it runs.
    ///
    /// @return the name under which it is listed
    public String add(SidecarOptions options, OutputSink sink) throws IOException {
        Running running = reserve(options);
        String name = running.workload.name();
        try {
            // The site first: it is made while a control plane that has just been started comes up.
            Site site = sites.make(running.workload);
            synchronized (this) {
                running.site = Optional.of(site);
            }
            JoinGrant grant = mesh.join().grant(options.namespace(), options.serviceAccount());
            RunningSidecar sidecar = starter.start(running.workload, site, grant, mesh, sink);
            synchronized (this) {
                running.sidecar = Optional.of(sidecar);
            }
            return name;
        } catch (IOException | RuntimeException e) {
            remove(name);
            throw e;
        }
    }

    /// The first free name: `invoice-v1`, `invoice-v1-2`, ...
    private synchronized Running reserve(SidecarOptions options) {
        if (sidecars.size() == SIDECARS_LIMIT) {
            throw new IllegalArgumentException("this machine runs " + SIDECARS_LIMIT + " sidecars");
        }
        String name = options.workload();
        for (int i = 2; sidecars.containsKey(name); i++) {
            name = options.workload() + "-" + i;
        }
        Running running = new Running(new Workload(name, options));
        sidecars.put(name, running);
        return running;
    }

    private synchronized Running find(String name) {
        Running running = sidecars.get(name);
        if (running == null) {
            throw new IllegalArgumentException(
                    "no sidecar '" + name + "' here; there are " + sidecars.keySet());
        }
        return running;
    }

    private RunningSidecar started(String name) {
        Running running = find(name);
        synchronized (this) {
            return running.sidecar.orElseThrow(
                    () -> new IllegalArgumentException("'" + name + "' is still starting"));
        }
    }

    /// The sidecar by its name.
    RunningSidecar sidecar(String name) {
        return started(name);
    }

    /// Ends a workload in order and removes its site. Does nothing when there is none.
    public void remove(String name) {
        Running running;
        synchronized (this) {
            running = sidecars.remove(name);
        }
        if (running == null) {
            return;
        }
        running.sidecar.ifPresent(RunningSidecar::close);
        running.site.ifPresent(this::delete);
    }

    /// What a crash would do. The pod's network is left until the lease has run out.
    public void kill(String name) {
        RunningSidecar sidecar = started(name);
        sidecar.kill();
        Thread.ofVirtual().start(() -> removeAfterLease(name));
    }

    private void removeAfterLease(String name) {
        try {
            Thread.sleep(LEASE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        remove(name);
    }

    /// Kills a sidecar's JVM and leaves the rest to supervision.
    public void killSidecar(String name) {
        started(name).killSidecar();
    }

    /// Kills an application and leaves the rest to its sidecar.
    public void killApplication(String name) {
        started(name).killApplication();
    }

    private void delete(Site site) {
        try {
            sites.remove(site);
        } catch (IOException e) {
            LOG.warn("removing {}: {}", site.name(), e.getMessage());
        }
    }

    /// In the order in which they were added.
    public synchronized List<Status> list() {
        List<Status> all = new ArrayList<>();
        sidecars.forEach((name, running) ->
                all.add(
                        new Status(
                                name,
                                running.workload.options().namespace(),
                                running.site.map(Site::address).orElse(""),
                                running.sidecar.map(RunningSidecar::state).orElse("starting"))));
        return all;
    }

    /// The ports on which a workload's data plane listens for calls from outside; its own are not
    /// among them. Blocks.
    List<Integer> listening(String name) throws IOException {
        return ListeningPorts.of(site(name));
    }

    /// Where a workload stands, if it still does.
    Optional<Site> siteOf(String name) {
        synchronized (this) {
            Running running = sidecars.get(name);
            return running == null ? Optional.empty() : running.site;
        }
    }

    private Site site(String name) {
        Running running = find(name);
        synchronized (this) {
            return running.site.orElseThrow(
                    () -> new IllegalArgumentException("'" + name + "' is still starting"));
        }
    }

    /// Where the first gateway listens; empty while there is none.
    public synchronized Optional<InetSocketAddress> gateway(int port) {
        return sidecars.values().stream()
                .filter(r -> r.workload.options().kind() == ProxyNode.Kind.GATEWAY)
                .flatMap(r -> r.site.stream())
                .map(site -> new InetSocketAddress(site.address(), port))
                .findFirst();
    }

    /// Ends all of them, side by side.
    @Override
    public void close() {
        List<String> names;
        synchronized (this) {
            names = List.copyOf(sidecars.keySet());
        }
        List<Thread> endings =
                names.stream().map(n -> Thread.ofVirtual().start(() -> remove(n))).toList();
        for (Thread ending : endings) {
            try {
                ending.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

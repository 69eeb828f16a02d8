package io.meltemi.bench.scale;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;

/// Asks a control plane as a sidecar does, acknowledges everything and keeps nothing of it.
/// Confined to its thread but for closing.
final class SimulatedProxy implements AutoCloseable {
    private static final int ID = 1;
    private static final int CLUSTER = 2;
    private static final int METADATA = 3;

    private final int index;
    private final ScaleSettings settings;
    private final ConcurrentMap<String, String> names;
    private final Http2Stream stream;
    private final Set<String> clusters = new HashSet<>();
    private final Set<Wanted> asked = new LinkedHashSet<>();

    /// Hears of each response.
    interface Listener {
        void came(int proxy, Wanted type, long size);
    }

    /// @param names of clusters, held once for all proxies
    SimulatedProxy(
            int index,
            ScaleSettings settings,
            InetSocketAddress server,
            ConcurrentMap<String, String> names)
            throws IOException {
        this.index = index;
        this.settings = settings;
        this.names = names;
        stream = new Http2Stream(server, settings.dialect().path());
    }

    private Collection<String> wanted(Wanted type) {
        return switch (type) {
            case ENDPOINT -> clusters;
            case ROUTE -> List.of(ScaleMesh.ROUTES);
            case CLUSTER, LISTENER, VIRTUAL_HOST -> List.of();
        };
    }

    /// Until the stream ends.
    ///
    /// @throws IOException when that happens
    void run(Listener listener) throws IOException {
        MessageScan scan = new MessageScan(stream.body(), settings.dialect());
        ask(node(), Wanted.CLUSTER, List.of());
        while (true) {
            MessageScan.Response response = scan.next();
            Wanted type = Wanted.of(response.type());
            stream.send(settings.dialect().acknowledge(response, wanted(type)));
            listener.came(index, type, response.bytes());
            if (type == Wanted.CLUSTER) {
                more(response.names());
            }
        }
    }

    private void more(List<String> sent) throws IOException {
        List<String> fresh = new ArrayList<>();
        for (String name : sent) {
            String shared = names.computeIfAbsent(name, n -> n);
            if (name.startsWith("outbound|") && clusters.add(shared)) {
                fresh.add(shared);
            }
        }
        if (!fresh.isEmpty()) {
            ask(new byte[0], Wanted.ENDPOINT, fresh);
        }
        if (asked.add(Wanted.LISTENER)) {
            ask(new byte[0], Wanted.LISTENER, List.of());
            ask(new byte[0], Wanted.ROUTE, List.of(ScaleMesh.ROUTES));
            if (settings.virtualHosts()) {
                ask(new byte[0], Wanted.VIRTUAL_HOST, List.of());
            }
        }
    }

    private void ask(byte[] node, Wanted type, List<String> added) throws IOException {
        stream.send(settings.dialect().ask(node, type.url(), added, wanted(type)));
    }

    private byte[] node() {
        String address = "10.9." + index / 250 + "." + index % 250;
        String id = "sidecar~%s~caller-%d.shop~shop.svc.cluster.local".formatted(address, index);
        Bytes node = new Bytes().field(ID, id).field(CLUSTER, "caller.shop");
        return (settings.virtualHosts() ? node.field(METADATA, capable()) : node).toArray();
    }

    /// `{MELTEMI_CAPABILITIES: [virtual-hosts]}` as a `google.protobuf.Struct`.
    private static byte[] capable() {
        byte[] text = new Bytes().field(3, "virtual-hosts").toArray();
        byte[] list = new Bytes().field(1, text).toArray();
        byte[] value = new Bytes().field(6, list).toArray();
        byte[] entry = new Bytes().field(1, "MELTEMI_CAPABILITIES").field(2, value).toArray();
        return new Bytes().field(1, entry).toArray();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}

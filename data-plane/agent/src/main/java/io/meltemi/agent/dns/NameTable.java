package io.meltemi.agent.dns;

import java.net.Inet4Address;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The names of the mesh one pod may ask for, with their addresses. Immutable.
///
/// Keys are lower-case, without a final dot; a key `*.example.com` answers for every name below it.
public final class NameTable {
    public static final NameTable EMPTY = new NameTable(Map.of());

    private static final String MESH_SUFFIX = ".cluster.local";
    private static final List<String> EXPANSIONS = List.of(".svc.cluster.local", ".cluster.local");

    private final Map<String, List<Inet4Address>> names;

    public NameTable(Map<String, List<Inet4Address>> names) {
        Map<String, List<Inet4Address>> copy = new HashMap<>();
        names.forEach((name, addresses) -> copy.put(normal(name), List.copyOf(addresses)));
        this.names = Map.copyOf(copy);
    }

    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// What a pod is told about a name.
    public sealed interface Resolution {
        /// A name of the mesh. No addresses means that it exists all the same (NOERROR, empty).
        record Known(List<Inet4Address> addresses) implements Resolution {}

        /// It could only be a name of the mesh, and is none.
        record Unknown() implements Resolution {}

        /// Not the mesh's business.
        record Foreign() implements Resolution {}
    }

    /// Looks a name up as a program in this namespace means it.
    ///
    /// Programs that ignore the search list of resolv.conf ask for short names: they are answered
    /// too.
    public Resolution resolve(String asked, String namespace) {
        String name = normal(asked);
        Optional<List<Inet4Address>> found = exact(name, namespace).or(() -> wildcard(name));
        if (found.isPresent()) {
            return new Resolution.Known(found.get());
        }
        boolean couldBeOurs = name.isEmpty() || name.indexOf('.') < 0 || name.endsWith(MESH_SUFFIX);
        return couldBeOurs ? new Resolution.Unknown() : new Resolution.Foreign();
    }

    private Optional<List<Inet4Address>> exact(String name, String namespace) {
        List<Inet4Address> addresses = names.get(name);
        if (addresses == null && name.indexOf('.') < 0) {
            addresses = names.get(name + "." + namespace + ".svc.cluster.local");
        }
        for (int i = 0; addresses == null && i < EXPANSIONS.size(); i++) {
            addresses = names.get(name + EXPANSIONS.get(i));
        }
        return Optional.ofNullable(addresses);
    }

    /// Envoy and Istio take the longest suffix; each step drops one label.
    private Optional<List<Inet4Address>> wildcard(String name) {
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            List<Inet4Address> addresses = names.get("*" + name.substring(dot));
            if (addresses != null) {
                return Optional.of(addresses);
            }
        }
        return Optional.empty();
    }

    /// How many names it holds.
    public int size() {
        return names.size();
    }
}

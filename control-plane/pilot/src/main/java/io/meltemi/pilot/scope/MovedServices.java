package io.meltemi.pilot.scope;

import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The services of which only the instances differ between two meshes. Confined to one comparison.
///
/// What did not change is the same object in both: looking at it costs one comparison of pointers.
/// Whatever is less simple than other instances of one service is not said here, and everything is
/// derived anew.
final class MovedServices {
    private final Map<Hostname, List<MeshService>> before;
    private final MeshSnapshot now;
    private final Map<Hostname, MeshService> moved = new HashMap<>();

    private MovedServices(Map<Hostname, List<MeshService>> before, MeshSnapshot now) {
        this.before = before;
        this.now = now;
    }

    /// @param services those before, by name
    /// @return what stands for them now; empty where more differs, or may
    static Optional<Map<Hostname, MeshService>> between(
            MeshSnapshot earlier,
            List<ServiceEntry> entriesEarlier,
            MeshSnapshot now,
            List<ServiceEntry> entriesNow,
            Map<Hostname, List<MeshService>> services) {
        MovedServices found = new MovedServices(services, now);
        boolean isSimple =
                earlier.settings().equals(now.settings())
                        && entriesNow.stream().allMatch(e -> e.workloadSelector().isEmpty())
                        && found.registered(
                                earlier.services().services(), now.services().services(), true)
                        && found.registered(
                                earlier.config().services(), now.config().services(), false)
                        && found.written(entriesEarlier, entriesNow, earlier.settings());
        return isSimple ? Optional.of(found.moved) : Optional.empty();
    }

    private boolean registered(
            Map<Hostname, ServiceSnapshot.Entry> earlier,
            Map<Hostname, ServiceSnapshot.Entry> later,
            boolean areFirst) {
        if (earlier.size() != later.size()) {
            return false;
        }
        Iterator<Map.Entry<Hostname, ServiceSnapshot.Entry>> other = earlier.entrySet().iterator();
        for (Map.Entry<Hostname, ServiceSnapshot.Entry> entry : later.entrySet()) {
            Map.Entry<Hostname, ServiceSnapshot.Entry> was = other.next();
            if (!was.getKey().equals(entry.getKey())) {
                return false;
            }
            boolean counts = areFirst || !now.services().services().containsKey(entry.getKey());
            if (counts
                    && !Objects.equals(was.getValue(), entry.getValue())
                    && !moves(MeshService.registered(entry.getValue(), now.settings().config()))) {
                return false;
            }
        }
        return true;
    }

    private boolean written(
            List<ServiceEntry> earlier, List<ServiceEntry> later, MeshSettings settings) {
        if (earlier.size() != later.size()) {
            return false;
        }
        for (int i = 0; i < later.size(); i++) {
            if (!Objects.equals(earlier.get(i), later.get(i))
                    && !written(earlier.get(i), later.get(i), settings)) {
                return false;
            }
        }
        return true;
    }

    private boolean written(ServiceEntry earlier, ServiceEntry later, MeshSettings settings) {
        if (!earlier.key().equals(later.key())
                || !earlier.hosts().equals(later.hosts())
                || earlier.wantsAddress() != later.wantsAddress()) {
            return false;
        }
        for (MeshService service : ServiceEntries.services(later, settings)) {
            if (!isShadowed(service) && !moves(later.wantsAddress() ? placed(service) : service)) {
                return false;
            }
        }
        return true;
    }

    /// An address that was chosen for it stays its own.
    private MeshService placed(MeshService service) {
        List<MeshService> ofOneName = before.getOrDefault(service.service().hostname(), List.of());
        return ofOneName.size() == 1 && ofOneName.getFirst().addresses().size() == 1
                ? service.at(ofOneName.getFirst().addresses().getFirst())
                : service;
    }

    /// A registered service stands for all that are written under its name.
    private boolean isShadowed(MeshService written) {
        return before.getOrDefault(written.service().hostname(), List.of()).stream()
                .anyMatch(known -> known.from().isEmpty());
    }

    /// Notes what stands for a service now.
    ///
    /// @return whether it is the only one of its name and differs in its instances alone
    private boolean moves(MeshService later) {
        List<MeshService> ofOneName = before.getOrDefault(later.service().hostname(), List.of());
        if (ofOneName.size() != 1) {
            return false;
        }
        moved.put(later.service().hostname(), later);
        return later.hasOtherInstancesAlone(ofOneName.getFirst());
    }
}

package io.meltemi.registry.catalog;

import io.meltemi.base.time.Ticker;
import io.meltemi.model.service.Endpoint.Health;
import io.meltemi.model.snapshot.ServiceSnapshot;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Which instances exist, kept by leases. Thread-safe.
///
/// Every change gives a new [ServiceSnapshot]; a heartbeat that says nothing new gives none.
public final class Catalog {
    /// By workload. Guarded by this.
    private final TreeMap<Registration.Key, Entry> entries = new TreeMap<>();

    /// By lease id. Guarded by this.
    private final Map<String, Entry> byLease = new HashMap<>();

    private final SecureRandom random = new SecureRandom();
    private final ServiceView view;
    private final CatalogSettings settings;
    private final Ticker ticker;
    private final Consumer<ServiceSnapshot> onChange;
    private final Consumer<Collection<Registration>> onMembership;

    /// Guarded by this.
    private long version;

    /// One instance under its lease. Guarded by the catalog.
    private static final class Entry {
        final Lease lease;
        final Registration registration;
        Health health;
        long endsNanos;

        Entry(Lease lease, Registration registration, Health health, long endsNanos) {
            this.lease = lease;
            this.registration = registration;
            this.health = health;
            this.endsNanos = endsNanos;
        }
    }

    /// @param domainSuffix `svc.cluster.local`
    /// @param onChange called in order of versions, under this catalog's lock: hand over, do not
    ///   work
    /// @param onMembership the registrations that should survive a restart, called likewise
    public Catalog(
            CatalogSettings settings,
            String domainSuffix,
            Ticker ticker,
            Consumer<ServiceSnapshot> onChange,
            Consumer<Collection<Registration>> onMembership) {
        this.settings = settings;
        this.view = new ServiceView(domainSuffix);
        this.ticker = ticker;
        this.onChange = onChange;
        this.onMembership = onMembership;
    }

    /// Takes in what a former process knew; each instance has a grace to come back with a heartbeat
    /// or a registration.
    public synchronized void restore(Collection<Registration> registrations) {
        long ends = ticker.nanos() + settings.restoredGrace().toNanos();
        for (Registration registration : registrations) {
            put(new Entry(newLease(registration), registration, Health.HEALTHY, ends));
        }
        publish();
    }

    /// Lists an instance; one of the same workload name is replaced.
    ///
    /// @throws RefusedRegistrationException when the catalog is full, or a service of this name has
    ///   another port of the same name or number
    public synchronized Lease register(Registration registration, Health health)
            throws RefusedRegistrationException {
        Entry former = entries.get(registration.key());
        if (former == null && entries.size() >= settings.maxInstances()) {
            throw new RefusedRegistrationException(
                    "the registry holds " + entries.size() + " instances, which is its limit");
        }
        requireSamePorts(registration);
        Entry entry = new Entry(newLease(registration), registration, health, leaseEnd());
        boolean unchanged =
                former != null
                        && former.registration.equals(registration)
                        && former.health == health;
        put(entry);
        if (!unchanged) {
            publish();
            onMembership.accept(registrations());
        }
        return entry.lease;
    }

    /// Keeps a lease; false when it is unknown, so that the agent registers again.
    public synchronized boolean heartbeat(String leaseId, Health health) {
        Entry entry = byLease.get(leaseId);
        if (entry == null) {
            return false;
        }
        entry.endsNanos = leaseEnd();
        if (entry.health != health) {
            entry.health = health;
            publish();
        }
        return true;
    }

    /// Takes an instance off the list; false when the lease is unknown.
    public synchronized boolean deregister(String leaseId) {
        Entry entry = byLease.get(leaseId);
        if (entry == null) {
            return false;
        }
        remove(entry);
        publish();
        onMembership.accept(registrations());
        return true;
    }

    /// Removes whoever was silent too long; called each half heartbeat.
    ///
    /// @return the workloads that were removed
    public synchronized List<Registration> expire() {
        long now = ticker.nanos();
        List<Registration> gone = new ArrayList<>();
        for (Entry entry : List.copyOf(entries.values())) {
            if (now - entry.endsNanos >= 0) {
                remove(entry);
                gone.add(entry.registration);
            }
        }
        if (!gone.isEmpty()) {
            publish();
            onMembership.accept(registrations());
        }
        return gone;
    }

    /// Whose lease this is.
    public synchronized Optional<Registration> holder(String leaseId) {
        return Optional.ofNullable(byLease.get(leaseId)).map(e -> e.registration);
    }

    private void requireSamePorts(Registration registration) throws RefusedRegistrationException {
        if (registration.service().isEmpty()) {
            return;
        }
        for (Entry other : entries.values()) {
            Registration theirs = other.registration;
            if (!theirs.service().equals(registration.service())
                    || !theirs.workload().namespace().equals(registration.workload().namespace())
                    || theirs.key().equals(registration.key())) {
                continue;
            }
            Registration.@Nullable Port clash = clash(registration.ports(), theirs.ports());
            if (clash != null) {
                throw new RefusedRegistrationException(
                        "port %s %d/%s of service %s differs from the one that %s registered"
                                .formatted(
                                        clash.port().name(),
                                        clash.port().number(),
                                        clash.port().protocol(),
                                        registration.service(),
                                        theirs.workload().name()));
            }
        }
    }

    private static Registration.@Nullable Port clash(
            List<Registration.Port> ours, List<Registration.Port> theirs) {
        for (Registration.Port our : ours) {
            for (Registration.Port their : theirs) {
                boolean meets =
                        our.port().name().equals(their.port().name())
                                || our.port().number() == their.port().number();
                if (meets && !our.port().equals(their.port())) {
                    return our;
                }
            }
        }
        return null;
    }

    private Lease newLease(Registration registration) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return new Lease(HexFormat.of().formatHex(id), registration.key());
    }

    private long leaseEnd() {
        return ticker.nanos() + settings.leaseTime().toNanos();
    }

    private void put(Entry entry) {
        Entry former = entries.put(entry.registration.key(), entry);
        if (former != null) {
            byLease.remove(former.lease.id());
        }
        byLease.put(entry.lease.id(), entry);
    }

    private void remove(Entry entry) {
        entries.remove(entry.registration.key());
        byLease.remove(entry.lease.id());
    }

    private List<Registration> registrations() {
        return entries.values().stream().map(e -> e.registration).toList();
    }

    private void publish() {
        List<ServiceView.Instance> instances =
                entries.values().stream()
                        .map(e -> new ServiceView.Instance(e.registration, e.health))
                        .toList();
        onChange.accept(view.snapshot(++version, instances));
    }
}

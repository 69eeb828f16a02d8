package io.meltemi.citadel.ca;

import io.meltemi.base.identity.TrustDomain;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Roots that the mesh makes itself and keeps in a folder; one takes over from the other with an
/// overlap. Thread-safe.
public final class SelfSignedRoots implements AuthorityKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SelfSignedRoots.class);

    private final RootFolder folder;
    private final TrustDomain trustDomain;
    private final RootSchedule schedule;
    private final Clock clock;

    /// The oldest first. Written under this object's lock.
    private volatile List<RootAuthority> roots;

    private SelfSignedRoots(
            RootFolder folder,
            TrustDomain trustDomain,
            RootSchedule schedule,
            Clock clock,
            List<RootAuthority> roots) {
        this.folder = folder;
        this.trustDomain = trustDomain;
        this.schedule = schedule;
        this.clock = clock;
        this.roots = roots;
    }

    /// The roots in the folder; makes one when there is none.
    ///
    /// @throws IOException when the folder cannot be used, or holds half a root, a foreign one or
    ///   an expired one; nothing is replaced then
    public static SelfSignedRoots open(
            RootFolder folder, TrustDomain trustDomain, RootSchedule schedule, Clock clock)
            throws IOException {
        List<RootAuthority> found = folder.read(trustDomain, clock.instant());
        SelfSignedRoots roots = new SelfSignedRoots(folder, trustDomain, schedule, clock, found);
        if (found.isEmpty()) {
            roots.add();
        }
        roots.refresh();
        return roots;
    }

    @Override
    public IssuingKey issuing() {
        return IssuingKey.of(schedule.signing(roots, clock.instant()));
    }

    @Override
    public TrustBundle trust() {
        return new TrustBundle(
                schedule.believed(roots, clock.instant()).stream()
                        .map(RootAuthority::certificate)
                        .toList());
    }

    @Override
    public synchronized void refresh() throws IOException {
        Instant now = clock.instant();
        if (schedule.due(roots.getLast(), now)) {
            LOG.warn("the mesh's root ends soon: {}", begin(now));
        }
        List<RootAuthority> believed = schedule.believed(roots, now);
        for (RootAuthority root : roots) {
            if (!believed.contains(root)) {
                folder.remove(root);
                LOG.info("the root made at {} is forgotten", root.created());
            }
        }
        roots = believed;
    }

    @Override
    public synchronized String rotate() throws IOException, RefusedRequestException {
        Instant now = clock.instant();
        RootAuthority newest = roots.getLast();
        if (roots.size() > 1 && now.isBefore(schedule.settles(newest))) {
            throw new RefusedRequestException(
                    "the root made at "
                            + newest.created()
                            + " is still taking over: it is alone from "
                            + schedule.settles(newest)
                            + " on, and another can follow then");
        }
        return begin(now);
    }

    private String begin(Instant now) throws IOException {
        RootAuthority made = add();
        return "a new root was made at "
                + now
                + ": it is believed from now on, signs from "
                + schedule.takesOver(made)
                + " on, and the old one is forgotten at "
                + schedule.settles(made);
    }

    private synchronized RootAuthority add() throws IOException {
        RootAuthority made = SelfSignedRoot.create(trustDomain, clock);
        folder.keep(made);
        List<RootAuthority> all = new ArrayList<>(roots);
        all.add(made);
        roots = List.copyOf(all);
        return made;
    }
}

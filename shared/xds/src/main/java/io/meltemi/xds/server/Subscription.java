package io.meltemi.xds.server;

import io.meltemi.xds.server.Ask.Interest;
import io.meltemi.xds.snapshot.LayeredResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one proxy wants of one type of resource, and what it has. Confined to its session.
final class Subscription {
    static final String WILDCARD = "*";

    /// The version of a name of which the proxy knows that it does not exist.
    private static final String ABSENT = "";

    /// No resource's version: the proxy has the name, in a version it refused to leave.
    private static final String UNSURE = "?";

    private final ResourceType type;
    private final Set<String> names = new HashSet<>();

    /// The version of each name as sent, or as the proxy brought it from an earlier stream.
    private final Possession known = new Possession();

    /// Names that are answered even when the proxy has them: it asked for them anew.
    private final Set<String> due = new HashSet<>();

    /// Assignments that the proxy has and that leave their clusters without endpoints.
    private final Set<String> hollow = new HashSet<>();

    /// Names that are sent alone next.
    private final Deque<String> suspects = new ArrayDeque<>();

    private boolean isNew = true;
    private boolean isWildcard;

    /// An empty first request means everything; the first one with names ends that.
    private boolean isImplicitWildcard;

    /// Whether [#next] left out what could have been said, for there was too much of it.
    private boolean hasMore;

    private boolean isAnswerDue;
    private boolean isChanged;

    /// The resources that [#next] looked at last: the proxy has them but for what is due and open.
    private @Nullable Map<String, XdsResource> seen;

    /// Names that have to be looked at again, whatever changes.
    private final Set<String> open = new HashSet<>();

    Subscription(ResourceType type) {
        this.type = type;
    }

    ResourceType type() {
        return type;
    }

    boolean isWildcard() {
        return isWildcard;
    }

    /// How many names this holds: what the proxy named and what it was sent.
    int size() {
        return Math.max(names.size(), known.size());
    }

    void apply(Interest interest) {
        switch (interest) {
            case Interest.Change change -> apply(change);
            case Interest.Whole whole -> apply(whole.names());
        }
        isNew = false;
        isChanged = true;
    }

    /// Whether anything happened since [#next] that it should look at.
    boolean isChanged() {
        return isChanged;
    }

    /// Whether something could not be said when [#next] looked.
    boolean isHolding() {
        return !open.isEmpty();
    }

    /// Whether the last of [#next] was not all that can be said now.
    boolean hasMore() {
        return hasMore;
    }

    /// There is a new snapshot.
    void changed() {
        isChanged = true;
    }

    private void apply(Interest.Change change) {
        if (isNew) {
            change.versions().forEach(known::put);
            if (change.subscribed().isEmpty() && hasImplicitWildcard()) {
                becomeWildcard(change.versions().isEmpty());
            }
        }
        for (String name : change.subscribed()) {
            if (name.equals(WILDCARD)) {
                becomeWildcard(!isNew || change.versions().isEmpty());
            } else {
                names.add(name);
                // Known from an earlier stream: only a difference needs an answer.
                if (!isNew || !known.contains(name)) {
                    due.add(name);
                }
            }
        }
        change.unsubscribed().forEach(this::unsubscribe);
        if (isNew && !isWildcard) {
            known.removeIf(held -> !names.contains(held));
            due.retainAll(names);
        }
    }

    private void apply(Set<String> wanted) {
        if (isNew) {
            due.retainAll(wanted);
        }
        boolean all = wanted.contains(WILDCARD);
        if (isNew && wanted.isEmpty() && hasImplicitWildcard()) {
            becomeWildcard(true);
            isImplicitWildcard = true;
        } else if (all && !isWildcard) {
            becomeWildcard(true);
        } else if (!all && isWildcard && !(isImplicitWildcard && wanted.isEmpty())) {
            isImplicitWildcard = false;
            unsubscribe(WILDCARD);
        }
        for (String name : wanted) {
            if (!name.equals(WILDCARD) && names.add(name)) {
                due.add(name);
            }
        }
        for (String name : List.copyOf(names)) {
            if (!wanted.contains(name)) {
                unsubscribe(name);
            }
        }
    }

    /// Envoy and gRPC ask for all clusters, listeners, scopes and virtual hosts, Istio's agent for
    /// its name table, by naming nothing. For the other types that means nothing.
    private boolean hasImplicitWildcard() {
        return switch (type) {
            case CLUSTER, LISTENER, SCOPED_ROUTE, VIRTUAL_HOST, NAME_TABLE -> true;
            case ENDPOINT, EXTENSION, ROUTE, SECRET, RUNTIME -> false;
        };
    }

    private void becomeWildcard(boolean answerAnyway) {
        isWildcard = true;
        seen = null;
        isAnswerDue |= answerAnyway;
    }

    private void unsubscribe(String name) {
        if (name.equals(WILDCARD)) {
            isWildcard = false;
            known.removeIf(held -> !names.contains(held));
            due.retainAll(names);
        } else if (names.remove(name)) {
            due.remove(name);
            if (isWildcard) {
                // The proxy cannot know whether the wildcard covers the name: tell it.
                due.add(name);
            } else {
                known.remove(name);
            }
        }
    }

    /// The proxy may have lost what stands under this: it is told again.
    void forgetUnder(String prefix) {
        if (known.removeIf(name -> name.startsWith(prefix))) {
            seen = null;
            isChanged = true;
        }
    }

    /// Answers everything again: the proxy repeated its request.
    void renew() {
        isAnswerDue |= isWildcard;
        due.addAll(names);
        isChanged = true;
    }

    /// Answers these names again, as far as the proxy subscribed to them or is about to.
    void renew(Set<String> some) {
        for (String name : some) {
            if (names.contains(name) || isWildcard || isNew) {
                due.add(name);
                isChanged = true;
            }
        }
    }

    /// The resources the proxy should have.
    List<XdsResource> visible(Map<String, XdsResource> desired) {
        if (isWildcard) {
            return List.copyOf(desired.values());
        }
        return desired.values().stream().filter(r -> names.contains(r.name())).toList();
    }

    /// Whether the proxy has this name in some version.
    boolean has(String name) {
        @Nullable String version = known.version(name);
        return version != null && !version.equals(ABSENT);
    }

    /// Whether the proxy was told what there is of this name, or that there is nothing.
    boolean isAnswered(String name) {
        return known.contains(name) && !due.contains(name);
    }

    /// Whether what comes under this name makes something work that did not: nothing may refer to
    /// it before.
    private boolean bringsToLife(String name) {
        return !has(name) || hollow.contains(name);
    }

    /// The names that the proxy has, or had when [#next] looked last, and that these resources
    /// lack.
    List<String> missing(Map<String, XdsResource> desired) {
        Set<String> different = different(desired);
        List<String> missing = new ArrayList<>();
        for (String name : different == null ? known.names() : different) {
            if (has(name) && !desired.containsKey(name)) {
                missing.add(name);
            }
        }
        return missing;
    }

    /// Whether there are resources the proxy wants and does not have, or has without endpoints.
    boolean lacksAny(Map<String, XdsResource> desired) {
        Set<String> different = different(desired);
        for (String name : different == null ? wanted(desired) : different) {
            XdsResource resource = desired.get(name);
            if (resource != null && wants(name) && bringsToLife(name) && isToSend(resource)) {
                return true;
            }
        }
        return false;
    }

    private Set<String> wanted(Map<String, XdsResource> desired) {
        return isWildcard ? desired.keySet() : names;
    }

    /// What [#next] has to look at: as much as changed since it looked last.
    ///
    /// @return null when that is everything
    private @Nullable Set<String> different(Map<String, XdsResource> desired) {
        Map<String, XdsResource> last = seen;
        Set<String> changed = last == null ? null : LayeredResources.difference(last, desired);
        if (changed == null || (open.isEmpty() && due.isEmpty())) {
            return changed;
        }
        Set<String> all = new HashSet<>(changed);
        all.addAll(open);
        all.addAll(due);
        return all;
    }

    /// What must be said so that the proxy has what it should.
    ///
    /// @param gate what can be said now
    /// @param bytes so much is said at once, or one resource; more is said next: a proxy that does
    ///   not read then holds no more of our memory
    Change next(Map<String, XdsResource> desired, Gate gate, int bytes) {
        isChanged = false;
        Optional<XdsResource> suspect = nextSuspect(desired);
        if (suspect.isPresent()) {
            isChanged = true;
            return change(List.of(suspect.get()), List.of(), false);
        }
        Set<String> different = different(desired);
        open.clear();
        hasMore = false;
        List<XdsResource> changed = new ArrayList<>();
        long left = bytes;
        for (String name : different == null ? wanted(desired) : different) {
            XdsResource resource = desired.get(name);
            if (resource != null && wants(name) && isToSend(resource)) {
                boolean isSayable = gate.maySend(resource, !has(name));
                boolean fits = left > 0 || type.isTakenWhole();
                if (isSayable && fits) {
                    changed.add(resource);
                    left -= resource.body().getValue().size();
                } else {
                    open.add(name);
                    hasMore |= isSayable;
                }
            }
        }
        Collection<String> perhapsGone = different == null ? known.names() : different;
        List<String> removed = removals(perhapsGone, desired, gate);
        seen = desired;
        return change(changed, removed, isAnswerDue);
    }

    private Change change(List<XdsResource> changed, List<String> removed, boolean isDue) {
        Set<String> added = new HashSet<>();
        for (XdsResource resource : changed) {
            if (bringsToLife(resource.name())) {
                added.add(resource.name());
            }
        }
        return new Change(changed, removed, added, isDue);
    }

    private Optional<XdsResource> nextSuspect(Map<String, XdsResource> desired) {
        while (!suspects.isEmpty()) {
            XdsResource resource = desired.get(suspects.removeFirst());
            if (resource != null && wants(resource.name()) && isToSend(resource)) {
                return Optional.of(resource);
            }
        }
        return Optional.empty();
    }

    private boolean wants(String name) {
        return isWildcard || names.contains(name);
    }

    private boolean isToSend(XdsResource resource) {
        @Nullable String version = known.version(resource.name());
        return !resource.version().equals(version) || due.contains(resource.name());
    }

    private List<String> removals(
            Collection<String> perhapsGone, Map<String, XdsResource> desired, Gate gate) {
        List<String> removed = new ArrayList<>();
        for (String name : due) {
            if (!desired.containsKey(name)) {
                removed.add(name);
            }
        }
        for (String name : perhapsGone) {
            if (has(name) && !desired.containsKey(name) && !due.contains(name)) {
                // What goes goes with the last of what comes.
                (!hasMore && gate.mayRemove(name) ? removed : open).add(name);
            }
        }
        return removed;
    }

    /// Remembers that this was sent.
    void sent(Change change) {
        for (XdsResource resource : change.changed()) {
            known.put(resource.name(), resource.version());
            due.remove(resource.name());
            // The snapshot's name stands for the one that came over the wire: all proxies share it.
            if (names.remove(resource.name())) {
                names.add(resource.name());
            }
            if (type == ResourceType.ENDPOINT) {
                noteHollow(resource);
            }
        }
        for (String name : change.removed()) {
            due.remove(name);
            hollow.remove(name);
            if (names.contains(name)) {
                known.put(name, ABSENT);
            } else {
                known.remove(name);
            }
        }
        isAnswerDue &= !change.isDue();
        if (seen != null) {
            known.settleOn(seen);
        }
    }

    private void noteHollow(XdsResource assignment) {
        if (EndpointName.leavesNone(assignment)) {
            hollow.add(assignment.name());
        } else {
            hollow.remove(assignment.name());
        }
    }

    /// The proxy refused all of this for the sake of some of it: each is sent once more, alone.
    void suspect(Change change) {
        untaken(change, List.of());
        change.changed().forEach(resource -> suspects.add(resource.name()));
    }

    /// The proxy refused all of this for the sake of these: the others are sent once more.
    void untaken(Change change, List<XdsResource> guilty) {
        for (XdsResource resource : change.changed()) {
            if (guilty.contains(resource)) {
                continue;
            }
            if (change.added().contains(resource.name())) {
                known.remove(resource.name());
            } else {
                known.put(resource.name(), UNSURE);
            }
            open.add(resource.name());
        }
        change.removed().forEach(name -> known.put(name, UNSURE));
        open.addAll(change.removed());
        isChanged = true;
    }

    /// Whether resources wait to be sent alone.
    boolean isSuspicious() {
        return !suspects.isEmpty();
    }
}

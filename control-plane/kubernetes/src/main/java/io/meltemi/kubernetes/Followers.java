package io.meltemi.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.source.ClusterObject;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All kinds that are followed, and those that are not installed. Confined to the thread that
/// delivers.
final class Followers implements AutoCloseable {
    private record KindName(String group, String kind) {}

    private static final Comparator<ClusterObject> BY_NAME =
            Comparator.comparing(ClusterObject::kind)
                    .thenComparing(ClusterObject::namespace)
                    .thenComparing(ClusterObject::name)
                    .thenComparing(ClusterObject::apiVersion);

    private final KubernetesClient client;
    private final Discovery discovery;
    private final Duration patience;
    private final Runnable changed;
    private final Map<KindName, KindFollower> followers = new LinkedHashMap<>();

    /// @param patience how long a broken watch is no trouble yet
    Followers(KubernetesClient client, Duration patience, Runnable changed) {
        this.client = client;
        this.patience = patience;
        this.discovery = new Discovery(client);
        this.changed = changed;
    }

    /// Looks for kinds that are not followed, and lets go of those that are gone.
    ///
    /// @throws io.fabric8.kubernetes.client.KubernetesClientException when the API server cannot be
    ///   asked
    void discover() {
        dropGone();
        for (FollowedGroup group : FollowedGroup.ALL) {
            List<String> missing =
                    group.kinds().stream()
                            .filter(kind ->
                                    !followers.containsKey(new KindName(group.name(), kind)))
                            .toList();
            for (ServedKind kind : discovery.served(group, missing)) {
                KindFollower follower = new KindFollower(client, kind, changed);
                followers.put(new KindName(kind.group(), kind.kind()), follower);
                follower.start();
            }
        }
    }

    private void dropGone() {
        Collection<KindFollower> all = followers.values();
        all.stream().filter(KindFollower::isGone).forEach(KindFollower::close);
        all.removeIf(KindFollower::isGone);
    }

    /// What some kinds still wait for; none: all were listed.
    Optional<String> waitsFor() {
        List<String> waiting =
                followers.values().stream()
                        .filter(f -> !f.isSynced() && !f.isGone())
                        .map(f -> f.kind() + f.failure().map(w -> " (" + w + ")").orElse(""))
                        .toList();
        return waiting.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", waiting));
    }

    /// Everything that is known now.
    DocumentSet documents() {
        dropGone();
        List<ClusterObject> objects = new ArrayList<>();
        followers.values().forEach(f -> objects.addAll(f.objects()));
        objects.sort(BY_NAME);
        List<Diagnostic> problems = new ArrayList<>();
        FollowedGroup.ALL.forEach(group -> notInstalled(group, problems));
        followers
                .values()
                .forEach(f -> f.silence(patience).ifPresent(w -> problems.add(broken(f, w))));
        return new DocumentSet(List.of(), objects, problems);
    }

    private void notInstalled(FollowedGroup group, List<Diagnostic> problems) {
        List<String> missing =
                group.kinds().stream()
                        .filter(kind -> !followers.containsKey(new KindName(group.name(), kind)))
                        .toList();
        if (!missing.isEmpty()) {
            problems.add(
                    problem(
                            Code.KIND_NOT_INSTALLED,
                            group.name(),
                            "the cluster does not serve %s in a version that is read (%s): as soon as it does, they are followed"
                                    .formatted(
                                            String.join(", ", missing),
                                            String.join(", ", group.versions()))));
        }
    }

    private static Diagnostic broken(KindFollower follower, String why) {
        return problem(
                Code.NOT_FOLLOWED,
                follower.kind().toString(),
                "changes are not heard of (%s): what was known last stays in force".formatted(why));
    }

    private static Diagnostic problem(Code code, String source, String message) {
        return new Diagnostic(code.text(), code.severity(), new Origin(source, 0, 0), message);
    }

    @Override
    public void close() {
        followers.values().forEach(KindFollower::close);
        followers.clear();
    }
}

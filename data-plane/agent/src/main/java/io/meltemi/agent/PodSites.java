package io.meltemi.agent;

import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.agent.intercept.Nftables;
import io.meltemi.agent.intercept.NodeNetwork;
import io.meltemi.agent.intercept.PodFactory;
import java.io.IOException;

/// A pod for each workload. Thread-safe.
record PodSites(PodFactory pods) implements Sites {
    /// Brings up the network that the pods share.
    static PodSites up() throws IOException {
        return new PodSites(new PodFactory(NodeNetwork.up(), Nftables.ISTIO));
    }

    @Override
    public Site make(Workload workload) throws IOException {
        boolean redirected = workload.options().kind() == ProxyNode.Kind.SIDECAR;
        return new Site.InPod(
                pods.create(
                        new PodFactory.PodRequest(
                                workload.name(), workload.options().namespace(), redirected)));
    }

    @Override
    public void remove(Site site) throws IOException {
        if (site instanceof Site.InPod(var pod)) {
            pods.delete(pod);
        }
    }
}

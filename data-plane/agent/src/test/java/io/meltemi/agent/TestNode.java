package io.meltemi.agent;

import io.meltemi.agent.intercept.TrivialDataPlane;
import java.io.IOException;
import java.util.List;

/// The holder's program with a trivial data plane.
public final class TestNode {
    private TestNode() {}

    public static void main(String[] args) throws IOException {
        new Node(NodeSettings.read(List.of(args)), TrivialDataPlane.starter()).serve();
    }
}

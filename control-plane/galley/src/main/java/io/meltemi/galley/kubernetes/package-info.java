/// What Kubernetes knows of services and workloads, in its words, and what that means for the mesh.
/// No other system sees a type of Kubernetes.
@NullMarked
package io.meltemi.galley.kubernetes;

import org.jspecify.annotations.NullMarked;

@org.jspecify.annotations.NullMarked
package io.meltemi.proxy.filter.istiostats;

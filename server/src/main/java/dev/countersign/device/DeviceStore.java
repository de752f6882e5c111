package dev.countersign.device;

import dev.countersign.device.Device.Compliance;
import dev.countersign.device.Device.Posture;
import dev.countersign.session.Person;
import dev.countersign.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Devices in the database. Methods that take a handle run inside the caller's change. */
final class DeviceStore {
    private final Database database;

    DeviceStore(Database database) {
        this.database = database;
    }

    Optional<Device> find(String id) {
        return database.read(handle -> find(handle, id));
    }

    /** The device that the key lives in. */
    Optional<Device> ofKey(String thumbprint) {
        return database.read(handle -> owner(handle, thumbprint).flatMap(id -> find(handle, id)));
    }

    static Optional<String> owner(Handle handle, String thumbprint) {
        return handle.createQuery("select device from device_key where thumbprint = :key")
                .bind("key", thumbprint)
                .mapTo(String.class)
                .findOne();
    }

    static Optional<Device> find(Handle handle, String id) {
        var keys = handle.createQuery("select thumbprint from device_key where device = :id")
                .bind("id", id)
                .mapTo(String.class)
                .list();
        return handle.createQuery("select * from device where id = :id")
                .bind("id", id)
                .map((row, context) -> read(row, keys))
                .findOne();
    }

    static List<String> of(Handle handle, Person owner) {
        return handle.createQuery("select id from device where owner = :owner")
                .bind("owner", owner.id())
                .mapTo(String.class)
                .list();
    }

    static long count(Handle handle) {
        return handle.createQuery("select count(*) from device")
                .mapTo(Long.class)
                .one();
    }

    /** Holds the row against concurrent changes until this one commits; makes it when it is not there. */
    static void hold(Handle handle, String id) {
        handle.createUpdate("insert into device (id) values (:id) on conflict (id) do update set id = :id")
                .bind("id", id)
                .execute();
    }

    static void save(Handle handle, Device device) {
        var posture = device.posture();
        var compliance = device.compliance();
        handle.createUpdate("""
                        update device set owner = :owner, managed = :managed, platform = :platform, reported_at = :at,
                            reported_by = :by, compliant = :compliant, compliant_at = :compliantAt,
                            compliant_by = :compliantBy
                        where id = :id""")
                .bind("id", device.id())
                .bind("owner", device.owner() == null ? null : device.owner().id())
                .bind("managed", posture == null ? null : number(posture.managed()))
                .bind("platform", posture == null ? null : posture.platform())
                .bind("at", posture == null ? null : millis(posture.at()))
                .bind("by", posture == null ? null : posture.source())
                .bind("compliant", compliance == null ? null : number(compliance.compliant()))
                .bind("compliantAt", compliance == null ? null : millis(compliance.at()))
                .bind("compliantBy", compliance == null ? null : compliance.source())
                .execute();
        handle.createUpdate("delete from device_key where device = :id")
                .bind("id", device.id())
                .execute();
        for (var key : device.keys()) {
            handle.createUpdate("insert into device_key (thumbprint, device) values (:key, :id)")
                    .bind("key", key)
                    .bind("id", device.id())
                    .execute();
        }
    }

    static boolean delete(Handle handle, String id) {
        handle.createUpdate("delete from device_key where device = :id")
                .bind("id", id)
                .execute();
        return handle.createUpdate("delete from device where id = :id")
                        .bind("id", id)
                        .execute()
                == 1;
    }

    private static Device read(ResultSet row, List<String> keys) throws SQLException {
        var owner = row.getString("owner");
        return new Device(
                row.getString("id"),
                owner == null ? null : new Person(owner),
                new HashSet<>(keys),
                posture(row),
                compliance(row));
    }

    private static @Nullable Posture posture(ResultSet row) throws SQLException {
        var source = row.getString("reported_by");
        return source == null
                ? null
                : new Posture(
                        row.getInt("managed") == 1,
                        row.getString("platform"),
                        Instant.ofEpochMilli(row.getLong("reported_at")),
                        source);
    }

    private static @Nullable Compliance compliance(ResultSet row) throws SQLException {
        var source = row.getString("compliant_by");
        return source == null
                ? null
                : new Compliance(
                        row.getInt("compliant") == 1, Instant.ofEpochMilli(row.getLong("compliant_at")), source);
    }

    private static Integer number(boolean flag) {
        return flag ? 1 : 0;
    }

    private static Long millis(Instant at) {
        return at.toEpochMilli();
    }
}

package dev.countersign.cli.offline;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.NotFoundException;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.multi.qrcode.QRCodeMultiReader;
import dev.countersign.cli.remote.ServerRefusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** What a person gives the signer: codes as text, in files of text, or in pictures of the screen. */
final class Codes {
    /** Largest file, bytes. */
    static final int MAX_BYTES = 20 * 1024 * 1024;

    /** Most pixels of a picture. */
    static final long MAX_PIXELS = 50_000_000;

    private Codes() {}

    static List<String> read(List<String> given) {
        var codes = new ArrayList<String>();
        for (var each : given) {
            if (each.startsWith("CS1.")) {
                codes.add(each);
            } else {
                codes.addAll(file(Path.of(each)));
            }
        }
        return codes;
    }

    private static List<String> file(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ServerRefusal(file + ": larger than " + MAX_BYTES + " bytes");
            }
            var bytes = Files.readAllBytes(file);
            if (bytes.length > 4 && (bytes[0] & 0xff) > 0x7f) {
                return picture(file);
            }
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new ServerRefusal(file + ": cannot be read");
        }
    }

    private static List<String> picture(Path file) throws IOException {
        var image = ImageIO.read(file.toFile());
        if (image == null || (long) image.getWidth() * image.getHeight() > MAX_PIXELS) {
            throw new ServerRefusal(file + ": is no picture, or too large");
        }
        var pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        var bitmap = new BinaryBitmap(
                new HybridBinarizer(new RGBLuminanceSource(image.getWidth(), image.getHeight(), pixels)));
        try {
            var found = new QRCodeMultiReader().decodeMultiple(bitmap, Map.of(DecodeHintType.TRY_HARDER, true));
            return Arrays.stream(found).map(result -> result.getText()).toList();
        } catch (NotFoundException e) {
            throw new ServerRefusal(file + ": shows no QR code");
        }
    }
}

import "hash"
import "math"

rule PlainTexts {
    strings:
        $a = "Landroid/content/Context;"
        $b = "android.permission." nocase
        $c = "classes.dex" fullword
        $d = "AndroidManifest.xml"
    condition:
        any of them
}

rule WideTexts {
    strings:
        $a = "android" wide
        $b = "manifest" ascii wide nocase
    condition:
        any of them
}

rule HexWithGaps {
    strings:
        $dex = { 64 65 78 0A 30 33 ( 35 | 37 | 38 | 39 ) 00 }
        $zip = { 50 4B 03 04 [26-40] 4D 45 54 41 2D 49 4E 46 }
        $any = { 6E 10 ?? ?? 0? 00 0C }
    condition:
        any of them
}

rule Expressions {
    strings:
        $url = /https?:\/\/[a-z0-9.\-]{4,60}\//
        $ip = /[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/
        $class = /Lcom\/[a-z]{2,20}\/[a-z]{2,20}\/[A-Za-z]{2,30};/
    condition:
        any of them
}

rule Encoded {
    strings:
        $x = "android" xor(1-20)
        $b = "https://" base64
    condition:
        any of them
}

rule Counted {
    strings:
        $a = "java/lang/String"
    condition:
        #a > 3 and @a[2] > @a[1] and filesize > 1KB
}

rule Hashes {
    condition:
        hash.sha256(0, 4) != "" and math.entropy(0, filesize) > 5.0 and uint16(0) == 0x4B50
}
